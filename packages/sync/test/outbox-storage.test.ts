import { expect, test } from 'vitest';
import { Browser } from './support/Browser.ts';
import { createOutbox, FakeLog } from './support/outbox.ts';
import { MemoryStorage } from './support/MemoryStorage.ts';

/** Creates a browser that has joined a room and sent a first text. */
async function openConnected(): Promise<Browser> {
	const browser = new Browser();
	await browser.connect();
	await browser.room.say('first');
	await browser.finish();
	expect(browser.entries).toEqual([]);
	return browser;
}

test('a sending tab does not read its own entries from the storage', async () => {
	const browser = await openConnected();
	for (const text of ['one', 'two', 'three']) await browser.room.say(text);
	await browser.finish();
	await Promise.all(['four', 'five', 'six'].map((text) => browser.room.say(text)));
	await browser.finish();
	await browser.room.react(browser.shown(1), '👍', true);
	await browser.finish();
	expect(browser.sent).toHaveLength(8);
	expect(browser.storage.read).toEqual([]);
});

test('[BOX-8] a tab reads each entry of another tab once', async () => {
	const log = new FakeLog();
	const storage = new MemoryStorage();
	const [one, other] = [createOutbox(log, storage), createOutbox(log, storage)];
	other.line.isReady = false;
	const arrived = Promise.withResolvers<undefined>();
	log.hold = arrived.promise;
	await one.say('first');
	await one.time.settle();
	await other.say('second');
	const second = storage.entries.find(({ content }) => content.kind === 'message' && content.text === 'second');
	await one.say('third');
	arrived.resolve(undefined);
	await one.time.settle();
	for (const text of ['fourth', 'fifth']) await one.say(text);
	await one.time.settle();
	expect(log.texts).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
	expect(storage.read.filter((id) => id === second?.id)).toHaveLength(1);
	// The tab's own third entry has a later key than the entry of the other tab, so the tab reads it once.
	expect(storage.reads).toBe(2);
});

test('[BOX-8] a read of the whole storage does not restore finished entries', async () => {
	const browser = await openConnected();
	await browser.room.say('second');
	await browser.time.settle();
	const { rows } = browser.storage;
	browser.deliver();
	browser.storage.rows = rows;
	await browser.chat.outbox.load();
	await browser.chat.outbox.load();
	expect(browser.storage.reads).toBe(2);
	expect(browser.entries).toEqual([]);
	expect(browser.sent).toHaveLength(2);
});

/** Sends a text and records its states. */
async function countChanges(browser: Browser, act: () => Promise<void>) {
	const { storage, chat } = browser;
	const before = storage.changed.length;
	const states: (string | undefined)[] = [];
	const unsubscribe = chat.outbox.changes.on(() => states.push(chat.outbox.entries[0]?.state));
	await act();
	unsubscribe();
	return { states, stored: storage.changed.length - before };
}

test('[BOX-1] a text is claimed once and settled once: acknowledged, then delivered', async () => {
	const browser = await openConnected();
	const { states, stored } = await countChanges(browser, async () => {
		await browser.room.say('second');
		await browser.time.settle();
		browser.deliver();
		browser.server.news(1, 2);
		browser.server.tellHead();
		await browser.time.pass(60_000);
	});
	// The entry is added, marked as sent, sending, acknowledged and removed. The heads then cause a read of the storage.
	expect(states).toEqual(['waiting', 'waiting', 'sending', 'stored', undefined]);
	expect(stored).toBe(2);
});

test('[BOX-4] a text is claimed once and settled once: delivered, then acknowledged', async () => {
	const browser = await openConnected();
	const answer = Promise.withResolvers<undefined>();
	browser.server.hold = answer.promise;
	const { states, stored } = await countChanges(browser, async () => {
		await browser.room.say('second');
		await browser.time.settle();
		browser.deliver();
		answer.resolve(undefined);
		await browser.time.pass(60_000);
		browser.server.news(1, 2);
	});
	expect(states).toEqual(['waiting', 'waiting', 'sending', undefined]);
	expect(stored).toBe(2);
});

test('[BOX-1] a text of a closed room is claimed once and settled once, by its reply', async () => {
	const browser = await openConnected();
	browser.chat.close('lobby');
	const { states, stored } = await countChanges(browser, async () => {
		await browser.chat.say('lobby', 'second');
		await browser.time.settle();
		browser.deliver();
		await browser.time.pass(60_000);
	});
	expect(states).toEqual(['waiting', 'waiting', 'sending', 'stored', undefined]);
	expect(stored).toBe(2);
});

test('entries of others and repeated deliveries do not change an outbox', async () => {
	const browser = await openConnected();
	await browser.disconnect();
	await browser.room.say('waiting');
	await browser.connect();
	browser.deliver();
	await browser.room.say('second');
	await browser.finish();
	browser.losing = 'replies';
	await browser.room.say('third');
	await browser.time.settle();
	const { states, stored } = await countChanges(browser, async () => {
		browser.server.say({ id: 'somebody', name: 'Somebody' }, { kind: 'message', text: 'hello' });
		browser.server.news(0, 2);
		await browser.time.settle();
	});
	expect([states, stored]).toEqual([[], 0]);
});
