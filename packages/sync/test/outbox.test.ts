import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logOf } from './support/log.ts';
import { MemoryStorage } from './support/MemoryStorage.ts';
import { createOutbox, FakeLog, withTexts, type Fate } from './support/outbox.ts';
import { VirtualTime } from './support/VirtualTime.ts';

test('[BOX-3] each text is stored once and in order, whatever the connection does and however often the page is reloaded', async () => {
	const fate = fc.constantFrom<Fate>(
		...(['answered', 'lost', 'answer lost', 'unavailable', 'rate_limited', 'internal'] as const)
	);
	const step = fc.oneof(
		{ weight: 4, arbitrary: fc.constant('say' as const) },
		{ weight: 2, arbitrary: fc.constantFrom('reload', 'disconnect', 'connect', 'wait') }
	);
	await fc.assert(
		fc.asyncProperty(fc.array(fate), fc.array(step, { maxLength: 40 }), async (fates, steps) => {
			const log = new FakeLog();
			// A third consecutive `internal` rejection is final, so at most two follow each other here.
			log.fates.push(...(fates.flatMap((each) => (each === 'internal' ? [each, 'answered'] : each)) as Fate[]));
			const storage = new MemoryStorage();
			const time = new VirtualTime();
			let page = createOutbox(log, storage, { time });
			const said: string[] = [];

			for (const what of steps) {
				if (what === 'say') {
					said.push(`text ${said.length}`);
					await page.say(`text ${said.length - 1}`);
				} else if (what === 'reload') {
					page.line.isReady = false;
					page.sender.close();
					page = createOutbox(log, storage, { time });
					await page.refresh();
				} else if (what === 'wait') await time.next();
				else {
					page.line.isReady = what === 'connect';
					if (page.line.isReady) await page.refresh();
				}
			}
			page.line.isReady = true;
			await page.refresh();
			for (let round = 0; round < 2_000 && storage.entries.length > 0; round += 1) {
				await time.settle();
				await time.next();
			}
			expect(log.texts).toEqual(said);
			expect(page.outbox.entries).toEqual([]);
			expect(storage.entries.length).toBe(0);
		}),
		{ numRuns: 200 }
	);
}, 60_000);

test('[BOX-1] an entry is in the storage before it is sent, and is removed when the timeline contains it', async () => {
	const log = new FakeLog();
	const storage = new MemoryStorage();
	let to = 0;
	const { outbox, say, settle, time } = createOutbox(log, storage, { reached: () => to });
	const added = say('hello');
	expect(withTexts(outbox.entries)).toMatchObject([{ text: 'hello', state: 'waiting', isDurable: true }]);
	expect(storage.entries).toMatchObject([{ content: { text: 'hello' }, wasSent: false }]);
	await added;
	await time.settle();
	expect(withTexts(outbox.entries)).toMatchObject([{ state: 'stored', seq: 1 }]);
	expect(storage.entries.length).toBe(1);

	to = 1;
	settle();
	expect(outbox.entries).toEqual([]);
	expect(storage.entries.length).toBe(0);
});

test('[BOX-1] an entry is not durable without a storage or with a failing one', async () => {
	const { outbox, say, line } = createOutbox(new FakeLog());
	line.isReady = false;
	await say('hello');
	expect(withTexts(outbox.entries)).toMatchObject([{ isDurable: false, state: 'waiting' }]);

	const storage = new MemoryStorage();
	storage.add = () => Promise.reject(new Error('no space'));
	storage.load = () => Promise.reject(new Error('blocked'));
	const failing = createOutbox(new FakeLog(), storage);
	failing.line.isReady = false;
	await failing.refresh();
	await failing.say('hello');
	expect(withTexts(failing.outbox.entries)).toMatchObject([{ isDurable: false, state: 'waiting' }]);
	failing.line.isReady = true;
	await failing.refresh();
	await failing.time.settle();
	expect(failing.outbox.entries).toEqual([]);
});

test('[BOX-2] a room has one request in flight', async () => {
	const log = new FakeLog();
	const { say, time } = createOutbox(log, new MemoryStorage());
	await Promise.all(['a', 'b', 'c', 'd'].map((text) => say(text)));
	await time.settle();
	expect(log.texts).toEqual(['a', 'b', 'c', 'd']);
	expect(log.mostInFlight).toBe(1);
});

test.for(['invalid', 'forbidden', 'not_found', 'id_reused'] as const)(
	'[BOX-3] after %s the entry is failed and survives a reload, and the next entry is sent',
	async (code) => {
		const log = new FakeLog();
		log.fates.push(code);
		const storage = new MemoryStorage();
		const { outbox, say, time } = createOutbox(log, storage);
		await Promise.all([say('bad'), say('good')]);
		await time.settle();
		expect(withTexts(outbox.entries)).toMatchObject([{ text: 'bad', state: 'failed', failure: code }]);
		expect(log.texts).toEqual(['good']);

		const again = createOutbox(log, storage);
		await again.refresh();
		await time.settle();
		expect(withTexts(again.outbox.entries)).toMatchObject([{ state: 'failed', failure: code }]);

		await again.outbox.retry(again.outbox.entries[0]?.id ?? '');
		await time.settle();
		expect(log.texts).toEqual(['good', 'bad']);
		expect(storage.entries.length).toBe(0);
	}
);

test('[BOX-3] a message with repeated internal errors does not block later messages forever', async () => {
	const log = new FakeLog();
	log.fates.push('internal', 'internal', 'internal');
	const { outbox, say, time } = createOutbox(log, new MemoryStorage());
	await Promise.all([say('bad'), say('good')]);
	for (let round = 0; round < 8; round += 1) {
		await time.settle();
		await time.next();
	}
	expect(withTexts(outbox.entries)).toMatchObject([{ text: 'bad', state: 'failed', failure: 'internal' }]);
	expect(log.texts).toEqual(['good']);
});

test('[BOX-4] a message in the timeline settles its entry, with or without a reply', async () => {
	const log = new FakeLog();
	log.fates.push('answer lost');
	const storage = new MemoryStorage();
	const { outbox, say, time, line } = createOutbox(log, storage);
	await say('hello');
	await time.settle();
	line.isReady = false;
	const [message] = logOf(1);
	const id = log.stored[0]?.id ?? '';
	if (message) outbox.settle([{ ...message, id, author: { id: 'other', name: '' } }]);
	expect(outbox.entries).toHaveLength(1);
	if (message) outbox.settle([{ ...message, id, author: { id: 'me', name: '' } }]);
	expect(outbox.entries).toEqual([]);
	expect(storage.entries.length).toBe(0);
});

test('[BOX-5] a retracted entry leaves the storage, and an entry that the server may have stays', async () => {
	const log = new FakeLog();
	log.fates.push('answer lost');
	const storage = new MemoryStorage();
	const { outbox, say, time, line } = createOutbox(log, storage);
	await say('sent');
	await time.settle();
	line.isReady = false;
	await say('typed');
	const [sent, typed] = outbox.entries;
	expect(await outbox.retract(sent?.id ?? '')).toBe(false);
	expect(await outbox.retract(typed?.id ?? '')).toBe(true);
	expect(withTexts(outbox.entries)).toMatchObject([{ text: 'sent', wasSent: true }]);
	expect(storage.entries).toMatchObject([{ content: { text: 'sent' }, wasSent: true }]);
});

test('[BOX-5] an entry that reached the log meanwhile is not retracted', async () => {
	const log = new FakeLog();
	const { outbox, say, time } = createOutbox(log, new MemoryStorage());
	await say('sent');
	const [entry] = outbox.entries;
	await time.settle();
	expect(outbox.entries).toEqual([]);
	expect(await outbox.retract(entry?.id ?? '')).toBe(false);
});

test('[BOX-5] an entry that another tab has retracted is not sent', async () => {
	const log = new FakeLog();
	const storage = new MemoryStorage();
	const { outbox, say, line } = createOutbox(log, storage);
	line.isReady = false;
	await say('never mind');
	const other = createOutbox(log, storage);
	other.line.isReady = false;
	await other.refresh();
	await outbox.retract(outbox.entries[0]?.id ?? '');
	other.line.isReady = true;
	await other.refresh();
	await other.time.settle();
	expect(log.texts).toEqual([]);
	expect(other.outbox.entries).toEqual([]);
});

test('[BOX-6] under another identity an entry waits for a click and is sent under a new id', async () => {
	const log = new FakeLog();
	const storage = new MemoryStorage();
	const before = createOutbox(log, storage);
	before.line.isReady = false;
	await before.say('mine');
	const [old] = before.outbox.entries;

	const { outbox, refresh, time } = createOutbox(log, storage, { userId: 'somebody else' });
	await refresh();
	await time.settle();
	expect(outbox.entries).toEqual([]);
	expect(withTexts(outbox.foreign)).toMatchObject([{ text: 'mine', userId: 'me' }]);
	expect(log.texts).toEqual([]);

	await outbox.adopt(old?.id ?? '');
	await time.settle();
	expect(outbox.foreign).toEqual([]);
	expect(log.stored).toMatchObject([{ text: 'mine' }]);
	expect(log.stored[0]?.id).not.toBe(old?.id);
});

test('[BOX-6] entries from before the first session belong to that session', async () => {
	const log = new FakeLog();
	const storage = new MemoryStorage();
	const first = createOutbox(log, storage, { userId: '' });
	first.line.isReady = false;
	await first.say('early');
	const { refresh, time } = createOutbox(log, storage);
	await refresh();
	await time.settle();
	expect(log.texts).toEqual(['early']);
});

test('[BOX-7] after a join, acknowledged entries that are not shown are sent again', async () => {
	const log = new FakeLog();
	const { outbox, say, sender, time } = createOutbox(log, new MemoryStorage(), { reached: () => 0 });
	await say('hello');
	await time.settle();
	expect(withTexts(outbox.entries)).toMatchObject([{ state: 'stored' }]);
	log.stored.length = 0; // an older database
	outbox.recheck('lobby');
	sender.flush();
	await time.settle();
	expect(log.texts).toEqual(['hello']);
	expect(withTexts(outbox.entries)).toMatchObject([{ state: 'stored', seq: 1 }]);
});

test('[BOX-7] entries that were rejected without a membership are sent after the next join', async () => {
	for (const code of ['forbidden', 'not_found'] as const) {
		const log = new FakeLog();
		log.fates.push(code);
		const { outbox, say, time } = createOutbox(log, new MemoryStorage());
		await say('hello');
		await time.settle();
		expect(withTexts(outbox.entries)).toMatchObject([{ state: 'failed', failure: code }]);
		outbox.recheck('lobby');
		await time.settle();
		expect(log.texts).toEqual(['hello']);
	}
});

test('[BOX-4] the log also settles entries of another identity', async () => {
	const storage = new MemoryStorage();
	const log = new FakeLog();
	log.fates.push('answer lost');
	const before = createOutbox(log, storage);
	await before.say('mine');
	await before.time.settle();
	before.line.isReady = false;

	const { outbox, refresh } = createOutbox(log, storage, { userId: 'somebody else' });
	await refresh();
	expect(withTexts(outbox.foreign)).toMatchObject([{ text: 'mine' }]);
	const id = log.stored[0]?.id ?? '';
	outbox.settle(logOf(1).map((each) => ({ ...each, id, author: { id: 'me', name: '' } })));
	expect(outbox.foreign).toEqual([]);
});

test('[BOX-3] a failing listener does not prevent sending', async () => {
	const log = new FakeLog();
	const { outbox, say, time } = createOutbox(log, new MemoryStorage());
	const failure = { isNext: true };
	outbox.changes.on(() => {
		if (!failure.isNext || outbox.entries[0]?.state !== 'sending') return;
		failure.isNext = false;
		throw new Error('a listener of the page');
	});
	await say('hello');
	await time.settle();
	await time.pass(1_000);
	expect(log.texts).toEqual(['hello']);
});

test('[BOX-1] the duration of a message is known once it is in the log', async () => {
	const log = new FakeLog();
	const answer = Promise.withResolvers<undefined>();
	log.hold = answer.promise;
	const { outbox, say, time } = createOutbox(log);
	await say('hello');
	const id = outbox.entries[0]?.id ?? '';
	await time.pass(40);
	expect(outbox.durationOf(id)).toBeUndefined();
	answer.resolve(undefined);
	await time.settle();
	expect(outbox.entries).toEqual([]);
	expect(outbox.durationOf(id)).toBe(40);
});
