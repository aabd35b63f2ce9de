import { describe, expect, test } from 'vitest';
import { RETENTION_BATCH } from '../../src/rules/retention.ts';
import type { Store } from '../../src/store/store.ts';
import type { Harness } from './contract.ts';
import { deleteMessage } from './support/delete-message.ts';
import { edit, message, reaction, target } from './support/entries.ts';
import { readEntries, readMessages } from './support/read.ts';

const NOW = 1_000_000;
const ADA = { user: { id: 'ada', name: 'ada' }, isOperator: false };

/** The target of the message with a number that `say` has stored in a room. */
const of = (room: string, number: number) => target('ada', `${room} ${number}`);

/** Stores messages of Ada that were sent at these times. */
async function say(store: Store, room: string, times: readonly number[], text = 'something'): Promise<void> {
	await store.join('ada', room, 1);
	const messages = times.map((sentAt, index) => message('ada', `${room} ${index + 1}`, { room, text, sentAt }));
	await store.append(messages, []);
}

/** Empties all rooms once. @returns the number of emptied messages of each batch */
async function emptyAll(store: Store, before: number, now = NOW): Promise<number[]> {
	const batches: number[] = [];
	for (let after: string | null = ''; after !== null;) {
		const batch = await store.emptyOlder({ before, now }, after);
		batches.push(batch.emptied);
		after = batch.after;
	}
	return batches;
}

async function textsIn(store: Store, room: string): Promise<string[]> {
	const entries = await readEntries(store, room);
	return entries.flatMap((entry) => (entry.kind === 'message' ? entry.text : []));
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, each) => total + each, 0);
}

/** The contract of every store about retention. */
export function describeRetention(name: string, open: () => Promise<Harness>): void {
	describe(`${name}: emptying old messages`, () => {
		test('[STORE-3] a message loses its text alone, and the log gets no entry', async () => {
			const { store } = await open();
			await say(store, 'lobby', [100, 200, 300]);
			const [first, second, third] = await readMessages(store);

			expect(sum(await emptyAll(store, 300))).toBe(2);
			expect(await readMessages(store)).toEqual([
				{ ...first, text: '', isDeleted: true },
				{ ...second, text: '', isDeleted: true },
				third
			]);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 3]]);
			// A second pass finds no message, and a later one does.
			expect(sum(await emptyAll(store, 300))).toBe(0);
			expect(sum(await emptyAll(store, 301))).toBe(1);
			expect(await textsIn(store, 'lobby')).toEqual(['', '', '']);
		});

		test('[STORE-3] an emptied message is empty in every quote, and an emptied reply has none', async () => {
			const { store } = await open();
			await say(store, 'lobby', [100, 200]);
			const replies = [150, 300].map((sentAt) => message('ada', `r${sentAt}`, { sentAt, replyTo: of('lobby', 1) }));
			await store.append(replies, []);
			await emptyAll(store, 250);
			const [, , early, late] = await readMessages(store);
			expect(early).toMatchObject({ text: '', isDeleted: true });
			expect(early).not.toHaveProperty('quote');
			expect(late?.quote).toEqual({ seq: 1, id: 'lobby 1', author: ADA.user, text: '', isDeleted: true });
		});

		test('[STORE-3] a message that is sent again after it was emptied is acknowledged as before', async () => {
			const { store } = await open();
			await say(store, 'lobby', [100]);
			await emptyAll(store, NOW);
			const place = { ok: true, isNew: false, seq: 1, sentAt: 100, said: 1 };
			const again = message('ada', 'lobby 1', { text: 'something' });
			expect((await store.append([again], [])).entries).toEqual([place]);
			await store.leave('ada', 'lobby');
			expect((await store.append([again], [])).entries).toEqual([place]);
			expect(await textsIn(store, 'lobby')).toEqual(['']);
		});

		test('[STORE-3] emptied messages count as read, and a cursor continues from there', async () => {
			const { store } = await open();
			await store.join('bora', 'lobby', 1);
			await say(store, 'lobby', [100, 200, 300, 400]);
			await deleteMessage(store, ADA, 'lobby', of('lobby', 4), { id: 'gone', sentAt: 500 });
			expect(await store.join('bora', 'lobby')).toMatchObject({ readSeq: 0, head: 5 });
			await emptyAll(store, 201);

			expect(await store.join('bora', 'lobby')).toMatchObject({ readSeq: 2, head: 5 });
			expect((await store.roomsOf('bora')).map(({ readSeq }) => readSeq)).toEqual([2]);
			// The first two messages and the deleted one.
			expect(await store.saidAt([{ room: 'lobby', seq: 2 }])).toEqual([3]);
			const mark = async (seq: number) => (await store.append([], [{ room: 'lobby', userId: 'bora', seq }])).cursors;
			expect(await mark(1)).toEqual([2]);
			expect(await mark(3)).toEqual([3]);
			expect(await store.join('bora', 'lobby')).toMatchObject({ readSeq: 3 });
		});

		test('[STORE-3] a message loses its versions and its reactions', async () => {
			const { store } = await open();
			await say(store, 'lobby', [100, NOW]);
			const [first, second] = [of('lobby', 1), of('lobby', 2)];
			await store.append(
				[
					edit('ada', 'e', first, 'another', { sentAt: NOW }),
					reaction('ada', 'r1', first, '👍'),
					reaction('ada', 'r2', second, '👍')
				],
				[]
			);
			const [before, other] = await readMessages(store);
			expect(sum(await emptyAll(store, NOW))).toBe(1);

			const { editedAt, reactions, ...left } = before ?? {};
			expect([editedAt, reactions?.length]).toEqual([NOW, 1]);
			expect(await readMessages(store)).toEqual([{ ...left, text: '', isDeleted: true }, other]);
			expect(await readEntries(store)).toMatchObject([
				...[
					{ kind: 'message', text: '' },
					{ kind: 'message', text: 'something' },
					{ kind: 'edit', text: '' }
				],
				...[
					{ kind: 'reaction', emoji: '' },
					{ kind: 'reaction', emoji: '👍' }
				]
			]);
		});

		test('[STORE-3] an emptied message answers changes as a deleted one', async () => {
			const { store } = await open();
			await say(store, 'lobby', [100]);
			const [first, entry] = [of('lobby', 1), edit('ada', 'e', of('lobby', 1), 'another')];
			await store.append([entry], []);
			await emptyAll(store, NOW);
			const again = [entry, edit('ada', 'f', first, 'third'), reaction('ada', 'r', first, '👍')];
			expect((await store.append(again, [])).entries).toMatchObject([
				{ ok: true, isNew: false, seq: 2 },
				{ ok: false, code: 'gone' },
				{ ok: false, code: 'gone' }
			]);
			expect(await deleteMessage(store, ADA, 'lobby', first, { id: 'd', sentAt: 400 })).toEqual({ seq: 2 });
			expect(await store.heads(['lobby'])).toEqual([['lobby', 2]]);
		});

		test('[STORE-3] a deletion entry keeps its target', async () => {
			const { store } = await open();
			await say(store, 'lobby', [100, 200]);
			await deleteMessage(store, ADA, 'lobby', of('lobby', 1), { id: 'first', sentAt: 300 });
			expect(sum(await emptyAll(store, NOW))).toBe(1);
			expect((await readEntries(store)).at(-1)).toMatchObject({ kind: 'delete', target: { seq: 1 } });
			const again = { id: 'second', sentAt: 400 };
			expect(await deleteMessage(store, ADA, 'lobby', of('lobby', 1), again)).toEqual({ seq: 3 });
		});

		test('[STORE-3] every room is emptied in small batches, closed ones too', async () => {
			const { store } = await open();
			const many = RETENTION_BATCH.rooms + 20;
			for (let index = 0; index < many; index += 1) await store.join(`user-${index}`, `room-${index}`, 1);
			const long = Array.from({ length: 2.5 * RETENTION_BATCH.messages }, (_, index) => index);
			await say(store, 'room-7', long);
			await say(store, '광장', [1], 'x'.repeat(10_000));
			const owned = '~0123456789abcdefghijkl';
			await store.createRoom('ada', owned, 'Attic', 1);
			await say(store, owned, [1, 2, NOW]);
			await store.closeRoom(ADA, owned, 1);

			const batches = await emptyAll(store, NOW - 1);
			expect(Math.max(...batches)).toBe(RETENTION_BATCH.messages);
			expect(sum(batches)).toBe(long.length + 1 + 2);
			expect(new Set(await textsIn(store, 'room-7'))).toEqual(new Set(['']));
			expect(await textsIn(store, owned)).toEqual(['', '', 'something']);
		});

		test('[STORE-3] a batch ends after a number of bytes, and a new pass continues after it', async () => {
			const { store } = await open();
			await say(
				store,
				'lobby',
				Array.from({ length: 30 }, (_, index) => index),
				'x'.repeat(16_000)
			);
			const first = await store.emptyOlder({ before: NOW, now: NOW }, '');
			expect(first).toEqual({ emptied: Math.ceil(RETENTION_BATCH.bytes / 16_000), after: '' });
			// A new pass empties no message twice.
			const batches = await emptyAll(store, NOW);
			expect(first.emptied + sum(batches)).toBe(30);
			expect(Math.max(...batches)).toBe(first.emptied);
		});

		test('[STORE-3] a clock that goes back never empties a new message, and old ones only later', async () => {
			const { store } = await open();
			// The clock was ahead for a while.
			await say(store, 'ahead', [100, NOW + 900, NOW + 901, 300, 400, 900]);
			// The clock was behind for a while.
			await say(store, 'behind', [100, 900, 5, 6, 950]);
			await emptyAll(store, 350);
			expect(await textsIn(store, 'ahead')).toEqual(['', '', '', '', 'something', 'something']);
			// A message after one that is new enough is not emptied, whatever its time.
			expect(await textsIn(store, 'behind')).toEqual(['', 'something', 'something', 'something', 'something']);
			// The clock of the server goes back: no message is old any more, and emptied ones stay empty.
			expect(sum(await emptyAll(store, 50, 60))).toBe(0);
			await emptyAll(store, 920);
			expect(await textsIn(store, 'ahead')).toEqual(Array<string>(6).fill(''));
			expect(await textsIn(store, 'behind')).toEqual(['', '', '', '', 'something']);
		});

		test('[STORE-3] messages that are stored during a pass stay', async () => {
			const { store } = await open();
			await say(
				store,
				'lobby',
				Array.from({ length: 300 }, (_, index) => index)
			);
			const appending = Array.from({ length: 40 }, (_, index) =>
				store.append([message('ada', `new ${index}`, { text: 'new', sentAt: NOW - 1 })], [])
			);
			const [batches] = await Promise.all([emptyAll(store, 1_000), ...appending]);
			expect(sum(batches)).toBe(300);
			const page = await store.readPage('ada', 'lobby', { before: 1_000 }, 40);
			expect(page?.head).toBe(340);
			expect(page?.messages.map(({ text }) => text)).toEqual(Array<string>(40).fill('new'));
		});

		test('[STORE-3] the store knows the size of its database', async () => {
			const { store } = await open();
			expect((await store.space()).usedBytes).toBeGreaterThan(4_096);
		});
	});
}
