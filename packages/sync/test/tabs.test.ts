import { expect, test } from 'vitest';
import { type KeyedEntry } from '../src/index.ts';
import { FakeServer } from './support/FakeServer.ts';
import { MemoryStorage } from './support/MemoryStorage.ts';
import { createOutbox, FakeLog, withTexts } from './support/outbox.ts';
import { VirtualTime } from './support/VirtualTime.ts';
import { TestChat } from './support/TestChat.ts';

/** Creates two tabs of a browser, not connected. */
function openTabs({ userId = 'me' } = {}) {
	const log = new FakeLog();
	const storage = new MemoryStorage();
	const [one, other] = [createOutbox(log, storage, { userId }), createOutbox(log, storage, { userId })];
	one.line.isReady = other.line.isReady = false;
	return { log, storage, one, other };
}

async function connect({ line, refresh, time }: ReturnType<typeof createOutbox>): Promise<void> {
	line.isReady = true;
	await refresh();
	await time.settle();
}

/** Creates a storage with an entry of a former user. */
async function leaveEntry(storage: MemoryStorage): Promise<string> {
	const before = createOutbox(new FakeLog(), storage, { userId: 'former' });
	before.line.isReady = false;
	await before.say('mine');
	return before.outbox.entries[0]?.id ?? '';
}

test('[BOX-8] the tabs send entries in the order of their creation', async () => {
	const { log, one, other } = openTabs();
	await one.say('first');
	await other.say('second');
	await one.say('third');
	await connect(one);
	expect(log.texts).toEqual(['first', 'second', 'third']);
	await connect(other);
	expect(log.texts).toEqual(['first', 'second', 'third']);
	expect([...one.outbox.entries, ...other.outbox.entries]).toEqual([]);
});

test('[BOX-8] an entry that is created before the storage has responded does not overtake the stored entries', async () => {
	const { log, storage, one, other } = openTabs();
	await one.say('first');
	const answer = Promise.withResolvers<KeyedEntry[]>();
	const load = storage.load.bind(storage);
	const stored = await load(0);
	other.line.isReady = true;
	storage.load = () => answer.promise;
	const loading = other.refresh();
	await other.say('second');
	await other.time.settle();
	storage.load = load;
	answer.resolve(stored);
	await loading;
	await other.time.settle();
	expect(log.texts).toEqual(['first', 'second']);
});

test('[BOX-8] a connected tab sends the entries of a closed tab', async () => {
	const server = new FakeServer();
	const time = new VirtualTime();
	const storage = new MemoryStorage();
	const [open, closed] = [server, new FakeServer()].map(
		({ socket }) => new TestChat({ socket, schedule: time.schedule, storage })
	);
	server.connect();
	await time.settle();
	await closed?.say('lobby', 'left behind');
	expect(open?.outbox.entries).toEqual([]);
	server.tell('room:heads', { heads: {} });
	await time.settle();
	expect(server.asked).toMatchObject([{ name: 'message:send', payload: { text: 'left behind' } }]);
});

test('[BOX-8] an entry of another tab during sending is sent before the next entry of this tab', async () => {
	const { log, one, other } = openTabs();
	const arrived = Promise.withResolvers<undefined>();
	log.hold = arrived.promise;
	await one.say('first');
	await connect(one);
	await other.say('second');
	await one.say('third');
	arrived.resolve(undefined);
	await one.time.settle();
	expect(log.texts).toEqual(['first', 'second', 'third']);
});

test('[BOX-8] only one guest sends the entries from before the first session, whatever users follow', async () => {
	const { log, storage } = openTabs();
	const nameless = createOutbox(log, storage, { userId: '' });
	nameless.line.isReady = false;
	await nameless.say('early');
	const tabs = ['one guest', 'another'].map((userId) => createOutbox(log, storage, { userId }));
	await Promise.all(tabs.map(({ refresh }) => refresh()));
	for (const { time } of tabs) await time.settle();
	expect(log.texts).toEqual(['early']);
	expect(log.sends).toBe(1);
});

test('[BOX-5] a tab does not retract an entry that another tab has sent', async () => {
	const { log, storage, one, other } = openTabs();
	await one.say('hello');
	log.fates.push('answer lost');
	await connect(other);
	other.line.isReady = false;
	expect(withTexts(one.outbox.entries)).toMatchObject([{ wasSent: false }]);
	expect(await one.outbox.retract(one.outbox.entries[0]?.id ?? '')).toBe(false);
	expect(withTexts(one.outbox.entries)).toMatchObject([{ wasSent: true }]);
	expect(storage.entries).toHaveLength(1);
});

test('[BOX-5] an entry stays marked as sent when another tab assigns its first user', async () => {
	const { log, storage, one, other } = openTabs();
	const nameless = createOutbox(log, storage, { userId: '' });
	nameless.line.isReady = false;
	await nameless.say('early');
	for (const { refresh } of [one, other]) await refresh();
	log.fates.push('answer lost');
	await connect(one);
	await other.refresh();
	expect(storage.entries).toMatchObject([{ wasSent: true, userId: 'me' }]);
});

test('[BOX-6] an entry of another identity is sent once, whatever the number of clicks and tabs', async () => {
	const { log, storage, one, other } = openTabs();
	const id = await leaveEntry(storage);
	for (const { refresh } of [one, other]) await refresh();
	for (const { line } of [one, other]) line.isReady = true;
	await Promise.all([one.outbox.adopt(id), one.outbox.adopt(id), other.outbox.adopt(id)]);
	await other.outbox.adopt(id);
	for (const { time } of [one, other]) await time.settle();
	expect(log.texts).toEqual(['mine']);
	for (const { outbox } of [one, other]) expect([...outbox.entries, ...outbox.foreign]).toEqual([]);
	expect(storage.entries).toEqual([]);
});

test('[BOX-6] a storage that was read too early restores no finished entry', async () => {
	const { storage, one } = openTabs();
	const id = await leaveEntry(storage);
	await one.refresh();
	const answer = Promise.withResolvers<KeyedEntry[]>();
	const early = await storage.load(0);
	storage.load = () => answer.promise;
	const loading = one.refresh();
	await one.outbox.adopt(id);
	answer.resolve(early);
	await loading;
	expect(one.outbox.foreign).toEqual([]);
	expect(withTexts(one.outbox.entries)).toMatchObject([{ text: 'mine', userId: 'me' }]);
});
