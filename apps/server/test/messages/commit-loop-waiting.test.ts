import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { CommitLoop } from '../../src/messages/CommitLoop.ts';
import { StoreUnavailable, type NewEntryOf, type Store } from '../../src/store/store.ts';
import { entryOf } from '../store/support/entries.ts';

const TEXT = 'x'.repeat(4_000);

/** The most texts of this length that may wait. */
const FULL = Math.floor((8 * 1024 * 1024) / TEXT.length);

const AUTHOR = { id: 'me', name: 'Me' };

function message(text = TEXT, room = 'lobby'): NewEntryOf<'message'> {
	return entryOf('message', AUTHOR.id, randomUUID(), { text }, { room, author: AUTHOR });
}

type Append = Store['append'];

/** Answers like an empty log. */
const append: Append = (messages, cursors) =>
	Promise.resolve({
		entries: messages.map(({ sentAt }, index) => ({ ok: true, isNew: true, seq: index + 1, said: index + 1, sentAt })),
		cursors: cursors.map(({ seq }) => seq)
	});

/** Starts a loop over a store that keeps nothing and records its calls. */
function startLoop(answer: Append = append) {
	const asked: { sends: number; cursors: number }[] = [];
	const heads: (readonly string[])[] = [];
	const store: Pick<Store, 'append' | 'heads'> = {
		append: async (messages, cursors) => {
			asked.push({ sends: messages.length, cursors: cursors.length });
			return await answer(messages, cursors);
		},
		heads: async (rooms) => {
			heads.push(rooms);
			return await Promise.resolve([]);
		}
	};
	const nobody = { deliver: () => undefined, deliverUpTo: () => undefined };
	// The loop uses no other method of a store.
	const loop = new CommitLoop(store as Store, nobody, createLogger('silent'), new Metrics());
	onTestFinished(() => loop.close());
	return { loop, asked, heads };
}

/** Sends many messages at once. @returns the distinct outcomes */
async function fill(loop: CommitLoop, count: number, text = TEXT): Promise<Set<string>> {
	const results = await Promise.allSettled(Array.from({ length: count }, () => loop.send(message(text))));
	return new Set(results.map(({ status }) => status));
}

test('stored messages make room for as many more', async () => {
	const { loop } = startLoop();
	for (let round = 0; round < 3; round += 1) {
		expect(await fill(loop, FULL)).toEqual(new Set(['fulfilled']));
		expect(await fill(loop, 10_000, 'x')).toEqual(new Set(['fulfilled']));
	}
});

test.for<[string, () => Error]>([
	['by a failing disk', () => new StoreUnavailable('the disk is full')],
	['by an error of their own', () => new Error('cannot be stored')]
])('texts that are rejected %s make room for as many more', async ([, error]) => {
	let isBroken = true;
	const { loop } = startLoop(async (messages, cursors) => {
		if (isBroken) throw error();
		return await append(messages, cursors);
	});
	expect(await fill(loop, FULL)).toEqual(new Set(['rejected']));
	isBroken = false;
	expect(await fill(loop, FULL)).toEqual(new Set(['fulfilled']));
});

test('texts that are rejected because too many wait take no room', async () => {
	const { loop } = startLoop();
	const waiting = fill(loop, FULL);
	for (let round = 0; round < 2; round += 1) expect(await fill(loop, FULL)).toEqual(new Set(['rejected']));
	expect(await waiting).toEqual(new Set(['fulfilled']));
	expect(await fill(loop, FULL)).toEqual(new Set(['fulfilled']));
});

test('a batch holds 1,000 messages at most', async () => {
	const { loop, asked } = startLoop();
	await fill(loop, 2_500, 'x');
	expect(asked.map(({ sends }) => sends)).toEqual([1_000, 1_000, 500]);
});

test('a read cursor is written with one batch alone', async () => {
	const { loop, asked } = startLoop();
	for (let round = 1; round <= 3; round += 1) {
		const marks = ['lobby', 'hall'].map((room) => loop.mark({ room, userId: 'me', seq: round }));
		await loop.send(message('x'));
		expect(await Promise.all(marks)).toEqual([round, round]);
		await loop.send(message('x'));
	}
	expect(asked.map(({ cursors }) => cursors)).toEqual([2, 0, 2, 0, 2, 0]);
	// A cursor is also written without a message, although earlier ones came with a message.
	expect(await loop.mark({ room: 'lobby', userId: 'me', seq: 4 })).toBe(4);
	expect(asked.at(-1)).toEqual({ sends: 0, cursors: 1 });
});

test('[READ-3] cursors of authors are written when due, and known before', async () => {
	const { loop, asked } = startLoop();
	for (let round = 0; round < 3; round += 1) await loop.send(message('x'));
	expect(asked.map(({ cursors }) => cursors)).toEqual([0, 0, 0]);
	expect(loop.markOf(AUTHOR.id, 'lobby')).toBe(1);
	await expect.poll(() => asked.at(-1)).toEqual({ sends: 0, cursors: 1 });
	await loop.send(message('x'));
	await loop.close();
	expect(asked.slice(-2)).toEqual([
		{ sends: 1, cursors: 0 },
		{ sends: 0, cursors: 1 }
	]);
});

test('a room whose commit failed is recovered once', async () => {
	let isBroken = true;
	const { loop, heads } = startLoop(async (messages, cursors) => {
		if (isBroken) throw new StoreUnavailable('the answer was lost');
		return await append(messages, cursors);
	});
	for (const room of ['lobby', 'hall', 'attic']) await expect(loop.send(message('x', room))).rejects.toThrow();
	isBroken = false;
	await loop.send(message('x'));
	await expect.poll(() => heads).toEqual([['lobby'], ['hall'], ['attic']]);
});
