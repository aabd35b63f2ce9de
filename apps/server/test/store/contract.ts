import {
	directRoomOf,
	MAX_HELD_MESSAGES,
	MAX_PACKET_BYTES,
	MAX_REACTIONS,
	MAX_ROOMS_PER_USER,
	MAX_VERSIONS,
	wireBytes,
	type EntryKind,
	type Message,
	type Reaction,
	type Target
} from '@digda/protocol';
import { CHANGE_KINDS, KINDS } from '@digda/testkit/entries.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partOf } from '../../src/store/page.ts';
import type { Appended, NewEntry, Range, Store } from '../../src/store/store.ts';
import { contentOf, deletion, edit, entryOf, fill, message, reaction, target } from './support/entries.ts';
import { Model } from './support/model.ts';
import { readEntries, readMessages, readPages } from './support/read.ts';
import { checkScript, entriesOf, scripts } from './support/scripts.ts';

export { fill, message } from './support/entries.ts';

/** A fresh store and a way to write to its tables without it. It is closed when the test ends. */
export interface Harness {
	store: Store;
	execute: (sql: string) => void | Promise<void>;
	/** Closes the store and opens its database again. */
	reopen: () => Promise<Store>;
}

const PRIVATE = '~0123456789abcdefghijkl';

const FORBIDDEN: Appended = { ok: false, code: 'forbidden' };
const FULL: Appended = { ok: false, code: 'full' };
const NOT_FOUND: Appended = { ok: false, code: 'not_found' };
const ID_REUSED: Appended = { ok: false, code: 'id_reused' };
const NO_SOURCE: Appended = { ok: false, code: 'no_source' };
const NOT_OWNER: Appended = { ok: false, code: 'not_owner' };
const GONE: Appended = { ok: false, code: 'gone' };

/** The outcome for a stored message, by default in a room with messages alone. */
function stored(seq: number, more: Partial<Appended & { ok: true }> = {}): Appended {
	return { ok: true, isNew: true, seq, sentAt: 1_000, said: seq, ...more };
}

async function append(store: Store, ...entries: NewEntry[]): Promise<Appended[]> {
	return (await store.append(entries, [])).entries;
}

async function pageOf(store: Store, range: Range, limit: number, userId = 'ada') {
	const page = await store.readPage(userId, 'lobby', range, limit);
	if (!page) throw new Error(`${userId} is not a member`);
	return page;
}

const seqsOf = (items: readonly { seq: number }[]) => items.map(({ seq }) => seq);

/** Has people join the lobby and the attic. Each of them sends the message `own` to the lobby. */
async function gather(store: Store, ...people: string[]): Promise<void> {
	for (const person of people) for (const room of ['lobby', 'attic']) await store.join(person, room, 1);
	await append(store, ...people.map((person) => message(person, 'own')));
}

/** An entry of a kind with the content of this number. A change is about the author's message `own` by default. */
function sample(
	kind: EntryKind,
	author: string,
	id: string,
	{ content = 0, of = 'own', ...more }: { content?: number; of?: string; room?: string; sentAt?: number } = {}
): NewEntry {
	// `contentOf` returns the content of this kind.
	return entryOf(kind, author, id, contentOf(kind, target(author, of), content), more) as NewEntry;
}

/** The contract of every store. */
export function describeStore(name: string, open: () => Promise<Harness>): void {
	describe(`${name}: appending`, () => {
		test('[SEND-4] each room numbers its messages 1, 2, 3 …', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			await store.join('ada', 'attic', 1);

			const attic = { room: 'attic' };
			expect(await append(store, message('ada', 'a'), message('ada', 'b', attic), message('ada', 'c'))).toEqual([
				stored(1),
				stored(1),
				stored(2)
			]);
			expect(await append(store, message('ada', 'd'))).toEqual([stored(3)]);
			expect(await store.heads(['lobby', 'attic', 'nowhere'])).toEqual([
				['lobby', 3],
				['attic', 1]
			]);
		});

		test('[SEND-2] a message sent again keeps its seq and time, within a batch and later', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);

			const again = message('ada', 'a', { sentAt: 2_000 });
			expect(await append(store, message('ada', 'a'), again, message('ada', 'b'))).toEqual([
				stored(1),
				stored(1, { isNew: false }),
				stored(2)
			]);
			expect(await append(store, again)).toEqual([stored(1, { isNew: false })]);
			expect(await readEntries(store)).toHaveLength(2);
		});

		test('[SEND-2] a message sent again after its author has left keeps its seq', async () => {
			const { store } = await open();
			await fill(store, 1);
			await store.leave('ada', 'lobby');

			const other = message('ada', 'm1', { text: 'another' });
			expect(await append(store, message('ada', 'm1'), other, message('ada', 'm2'))).toEqual([
				stored(1, { isNew: false }),
				ID_REUSED,
				FORBIDDEN
			]);
			expect(await append(store, message('ada', 'm1'))).toEqual([stored(1, { isNew: false })]);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 1]]);
		});

		test('only members append, and a private room is not found by others', async () => {
			const { store, execute } = await open();
			await store.join('ada', 'lobby', 1);
			await store.join('bora', 'hall', 1);
			await execute(`INSERT INTO rooms (room, title, owner_id, is_private, head, said, last_at)
				VALUES ('${PRIVATE}', 'Attic', 'ada', TRUE, 0, 0, 5)`);
			await execute(
				`INSERT INTO members (user_id, room, read_seq, is_pinned, is_muted) VALUES ('ada', '${PRIVATE}', 0, FALSE, FALSE)`
			);

			const inPrivate = { room: PRIVATE };
			expect(
				await append(
					store,
					message('bora', 'a'),
					message('bora', 'b', { room: 'nowhere' }),
					message('bora', 'c', inPrivate),
					message('ada', 'd', inPrivate),
					message('bora', 'e', { room: 'hall' }),
					message('bora', 'e', inPrivate),
					reaction('bora', 'f', target('ada', 'd'), '👍', inPrivate),
					deletion('bora', 'g', target('ada', 'd'), inPrivate)
				)
			).toEqual([FORBIDDEN, NOT_FOUND, NOT_FOUND, stored(1), stored(1), NOT_FOUND, NOT_FOUND, NOT_FOUND]);
			expect(await store.join('bora', PRIVATE, 1)).toBe('not_found');
			expect(await store.join('bora', `${PRIVATE.slice(0, -1)}x`, 1)).toBe('not_found');
			expect(await store.join('ada', PRIVATE, 1)).toMatchObject({
				title: 'Attic',
				isPrivate: true
			});
			expect((await store.publicRooms(9)).map(({ room }) => room)).toEqual(['hall', 'lobby']);
		});

		test('a batch with a message that cannot be stored stores nothing', async () => {
			const { store } = await open();
			await fill(store, 1);
			// A text that the types forbid.
			const broken = message('ada', 'x', { text: null as unknown as string });

			await expect(append(store, message('ada', 'a'), broken)).rejects.toThrow(/text/);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 1]]);
			expect(await append(store, message('ada', 'a'))).toEqual([stored(2)]);
		});

		test.for(KINDS.flatMap((last) => KINDS.map((next) => [last, next] as const)))(
			'the store writes nothing to a log whose head is before its last entry: %s, then %s',
			async ([last, next]) => {
				const { store, execute } = await open();
				await gather(store, 'ada');
				await append(store, message('ada', 'b'), message('ada', 'c'), sample(last, 'ada', 'd', { of: 'b' }));
				await execute("UPDATE rooms SET head = 3 WHERE room = 'lobby'");

				await expect(append(store, sample(next, 'ada', 'e', { of: 'c', content: 1 }))).rejects.toThrow(/head/);
			}
		);

		test('[READ-2] read cursors go forward, up to the new head, for members only', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			const cursor = (seq: number, userId = 'ada', room = 'lobby') => ({ room, userId, seq });

			const first = await store.append([message('ada', 'a')], [cursor(9), cursor(9, 'bora')]);
			expect(first.cursors).toEqual([1, null]);
			await append(store, message('ada', 'b'), message('ada', 'c'));
			expect(await store.append([], [cursor(2), cursor(1), cursor(3, 'ada', 'no')])).toEqual({
				entries: [],
				cursors: [2, 2, null]
			});
			expect(await store.join('ada', 'lobby', 1)).toMatchObject({ readSeq: 2, head: 3 });
		});

		test('names and texts come back unchanged, the name as of the time of sending', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			const author = { id: 'ada', name: '에이다 👩‍🚀' };
			const text = '안녕\n"\\\t👋 {,}';
			await append(store, message('ada', 'a', { author, text }));
			await append(store, reaction('ada', 'b', target('ada', 'a'), '👩‍🚀', { author }));
			await store.rename('ada', 'Ada');

			const fields = { author, sentAt: 1_000, said: 1 };
			expect(await readEntries(store)).toEqual([
				{ kind: 'message', seq: 1, id: 'a', text, ...fields },
				{
					kind: 'reaction',
					seq: 2,
					id: 'b',
					target: { ...target('ada', 'a'), seq: 1 },
					emoji: '👩‍🚀',
					isSet: true,
					...fields
				}
			]);
			expect(await pageOf(store, { after: 0 }, 1)).toEqual({
				...{ head: 2, said: 1, topic: '', from: 1, to: 2, toId: 'b' },
				messages: [
					{
						...{ seq: 1, id: 'a', text, changed: 2, ...fields },
						reactions: [{ emoji: '👩‍🚀', count: 1, people: [author], isMine: true }]
					}
				]
			});
		});
	});

	describe.for(KINDS)(`${name}: an entry of the kind %s`, (kind) => {
		const others = KINDS.filter((each) => each !== kind);

		test('[SEND-2] is stored once for its author and id, within a batch and later', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const again = sample(kind, 'ada', 'x', { sentAt: 2_000 });
			const [first, second] = await append(store, sample(kind, 'ada', 'x'), again);
			const said = kind === 'message' ? 3 : 2;
			const isChange = CHANGE_KINDS.includes(kind as never);
			expect(first).toEqual(stored(3, { said, ...(isChange && { target: 1 }) }));
			expect(second).toEqual(stored(3, { said, isNew: false }));
			expect(await append(store, again)).toEqual([second]);
			// The same id of another author is another entry.
			expect(await append(store, sample(kind, 'bora', 'x', { content: 1 }))).toMatchObject([
				{ ok: true, isNew: true, seq: 4 }
			]);
			expect(seqsOf(await readEntries(store))).toEqual([1, 2, 3, 4]);
		});

		test('[SEND-3] rejects its id with another kind, content or room', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			await append(store, message('ada', 'in the attic', { room: 'attic' }), message('ada', 'other'));
			await append(store, sample(kind, 'ada', 'x'));
			const before = await readEntries(store);

			const reused = [
				...others.map((each) => sample(each, 'ada', 'x', { of: 'other' })),
				sample(kind, 'ada', 'x', { of: 'in the attic', room: 'attic' }),
				...(CHANGE_KINDS.includes(kind as never) ? [sample(kind, 'ada', 'x', { of: 'other' })] : []),
				...(kind === 'delete' ? [] : [sample(kind, 'ada', 'x', { content: 1 })])
			];
			expect(await append(store, ...reused)).toEqual(reused.map(() => ID_REUSED));
			for (const each of reused) expect(await append(store, each)).toEqual([ID_REUSED]);
			expect(await readEntries(store)).toEqual(before);
			expect(await readEntries(store, 'attic')).toHaveLength(1);
		});

		test('[SEND-6] is rejected from a non-member and in a missing room', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			await store.leave('ada', 'lobby');
			const nowhere = sample(kind, 'ada', 'y', { room: 'nowhere' });
			expect(await append(store, sample(kind, 'ada', 'x'), nowhere)).toEqual([FORBIDDEN, NOT_FOUND]);
			expect(await store.heads(['lobby', 'nowhere'])).toEqual([['lobby', 1]]);
		});

		test('[SEND-2] is acknowledged when it is sent again after its author has left', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			const entry = sample(kind, 'ada', 'x');
			await append(store, entry);
			await store.leave('ada', 'lobby');
			expect(await append(store, entry)).toMatchObject([{ ok: true, isNew: false, seq: 2 }]);
			await store.leave('ada', 'attic');
			expect(await append(store, { ...entry, room: 'attic' })).toEqual([FORBIDDEN]);
		});

		test('[SEND-2] is unchanged after the database was opened again', async () => {
			const { store, reopen } = await open();
			await gather(store, 'ada');
			const entry = sample(kind, 'ada', 'x');
			await append(store, entry);
			const before = [await readEntries(store), await readMessages(store)];

			const again = await reopen();
			expect([await readEntries(again), await readMessages(again)]).toEqual(before);
			expect(await append(again, entry)).toMatchObject([{ ok: true, isNew: false, seq: 2 }]);
		});
	});

	test(`${name}: a long batch of all kinds has the effect of its entries in sequence`, async () => {
		const [script] = fc.sample(scripts(200), { numRuns: 1, seed: 11 });
		const entries = entriesOf(script ?? { steps: [] }, 'lobby');
		expect(entries.length).toBeGreaterThan(100);
		const [{ store: one }, { store: other }] = [await open(), await open()];
		for (const store of [one, other])
			for (const person of ['ada', 'bora', 'chan']) await store.join(person, 'lobby', 1);
		const outcomes = await append(one, ...entries);
		const single: Appended[] = [];
		for (const entry of entries) single.push(...(await append(other, entry)));
		expect(outcomes).toEqual(single);
		expect(await readEntries(one)).toEqual(await readEntries(other));
		for (const person of ['ada', 'bora', 'chan']) {
			expect(await readMessages(one, person)).toEqual(await readMessages(other, person));
		}
	});

	describe(`${name}: changes`, () => {
		const MINE = target('ada', 'own');

		test('[FOLD-1] rejects a change of a missing message, and answers others with the seq of the message', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const inAttic = { room: 'attic' };
			expect(
				await append(
					store,
					reaction('ada', 'a', target('ada', 'nothing'), '👍'),
					reaction('ada', 'b', target('chan', 'own'), '👍'),
					reaction('ada', 'c', MINE, '👍', inAttic),
					edit('ada', 'd', MINE, 'x', inAttic),
					deletion('ada', 'e', MINE, inAttic),
					reaction('ada', 'f', target('bora', 'own'), '👍'),
					// The target is a change.
					deletion('ada', 'g', target('ada', 'f'))
				)
			).toEqual([...Array<Appended>(5).fill(NOT_FOUND), stored(3, { said: 2, target: 2 }), NOT_FOUND]);
			expect((await readEntries(store)).at(-1)).toMatchObject({ target: { author: 'bora', id: 'own', seq: 2 } });
		});

		test('[EDIT-1] an edited message has the last text and the time of the edit, and the log keeps the first text', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			expect(await append(store, edit('ada', 'e1', MINE, 'second', { sentAt: 2_000 }))).toEqual([
				stored(2, { said: 1, sentAt: 2_000, target: 1 })
			]);
			await append(store, edit('ada', 'e2', MINE, 'third', { sentAt: 3_000 }));
			const author = { id: 'ada', name: 'ada' };
			expect(await readMessages(store)).toEqual([
				{
					...{ seq: 1, id: 'own', author, sentAt: 1_000, said: 1 },
					...{ text: 'third', changed: 3, editedAt: 3_000 }
				}
			]);
			expect((await readEntries(store)).map((each) => 'text' in each && each.text)).toEqual(['own', 'second', 'third']);
		});

		test('[SEND-2] [SEND-3] an edited message sent again is acknowledged with its first text alone', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			await append(store, edit('ada', 'e1', MINE, 'second'), edit('ada', 'e2', MINE, 'third'));
			expect(
				await append(
					store,
					message('ada', 'own'),
					edit('ada', 'e1', MINE, 'second'),
					message('ada', 'own', { text: 'third' }),
					edit('ada', 'e1', MINE, 'third')
				)
			).toEqual([stored(1, { isNew: false }), stored(2, { said: 1, isNew: false }), ID_REUSED, ID_REUSED]);
			expect(await readMessages(store)).toMatchObject([{ text: 'third', changed: 3 }]);
		});

		test('[EDIT-1] an edit is for the author alone, and only while they are a member', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			expect(
				await append(store, edit('bora', 'a', MINE, 'x'), edit('root', 'b', MINE, 'x', { isOperator: true }))
			).toEqual([FORBIDDEN, FORBIDDEN]);
			await store.leave('ada', 'lobby');
			expect(await append(store, edit('ada', 'c', MINE, 'x'))).toEqual([FORBIDDEN]);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 2]]);
		});

		test('[FOLD-3] a change that asks for the present state returns the last change and stores nothing', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const last = (seq: number) => [{ ok: true, isNew: false, seq }];
			// Without any change, the seq of the message itself counts.
			expect(await append(store, reaction('bora', 'a', MINE, '👍', { isSet: false }))).toMatchObject(last(1));
			expect(await append(store, edit('ada', 'b', MINE, 'own'))).toMatchObject(last(1));
			await append(store, reaction('bora', 'c', MINE, '👍'), edit('ada', 'd', MINE, 'text'));
			expect(await append(store, reaction('bora', 'e', MINE, '👍'))).toMatchObject(last(4));
			expect(await append(store, edit('ada', 'f', MINE, 'text'))).toMatchObject(last(4));
			expect(await append(store, reaction('ada', 'g', MINE, '👍', { isSet: false }))).toMatchObject(last(4));
			await append(store, reaction('bora', 'h', MINE, '👍', { isSet: false }));
			expect(await append(store, reaction('bora', 'i', MINE, '👍', { isSet: false }))).toMatchObject(last(5));
			expect(await store.heads(['lobby'])).toEqual([['lobby', 5]]);
		});

		test('[FOLD-4] said is the number of messages up to an entry', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			const outcomes = await append(
				store,
				reaction('ada', 'a', MINE, '👍'),
				message('ada', 'b'),
				edit('ada', 'c', MINE, 'x'),
				deletion('ada', 'd', MINE),
				message('ada', 'e')
			);
			expect(outcomes.map((each) => each.ok && each.said)).toEqual([1, 2, 2, 2, 3]);
			expect((await readEntries(store)).map(({ said }) => said)).toEqual([1, 1, 2, 2, 2, 3]);
			expect(await pageOf(store, { after: 0 }, 1)).toMatchObject({ head: 6, said: 3 });
			expect(await store.join('ada', 'lobby')).toMatchObject({ head: 6, said: 3 });
			expect(await store.roomsOf('ada')).toMatchObject([{ said: 0 }, { said: 3 }]);
			expect(await store.publicRooms(9)).toMatchObject([{ room: 'lobby', said: 3 }, { said: 0 }]);
		});

		const reactionsFor = async (store: Store, reader: string): Promise<readonly Reaction[]> =>
			(await readMessages(store, reader))[0]?.reactions ?? [];
		const people = (...ids: string[]) => ids.map((id) => ({ id, name: id }));

		test('[REACT-2] a message has the count of each reaction, its first three people and isMine for the reader', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora', 'chan', 'dan', 'eve');
			for (const person of ['bora', 'ada', 'chan', 'dan']) await append(store, reaction(person, 'a', MINE, '👍'));
			await append(store, reaction('dan', 'b', MINE, '🎉'));
			const thumbs = { emoji: '👍', count: 4, people: people('bora', 'ada', 'chan') };
			const party = { emoji: '🎉', count: 1, people: people('dan') };
			for (const reader of ['ada', 'bora', 'chan']) {
				expect(await reactionsFor(store, reader)).toEqual([{ ...thumbs, isMine: true }, party]);
			}
			// The reader need not be one of the first three.
			expect(await reactionsFor(store, 'dan')).toEqual([
				{ ...thumbs, isMine: true },
				{ ...party, isMine: true }
			]);
			expect(await reactionsFor(store, 'eve')).toEqual([thumbs, party]);
		});

		test('[FOLD-3] each person sets and unsets a reaction, and an emoji without people disappears', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const unset = { isSet: false };
			await append(store, reaction('ada', 'a', MINE, '👍'), reaction('bora', 'b', MINE, '👍'));
			await append(store, reaction('ada', 'c', MINE, '👍'), reaction('ada', 'd', MINE, '👍', unset));
			expect(await reactionsFor(store, 'ada')).toEqual([{ emoji: '👍', count: 1, people: people('bora') }]);
			await append(store, reaction('bora', 'e', MINE, '👍', unset));
			expect(await reactionsFor(store, 'bora')).toEqual([]);
			await append(store, reaction('ada', 'f', MINE, '👍'));
			expect(await reactionsFor(store, 'ada')).toEqual([
				{ emoji: '👍', count: 1, people: people('ada'), isMine: true }
			]);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 7]]);
		});

		test(`[REACT-1] a message has at most ${MAX_REACTIONS} different reactions`, async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const emojis = Array.from({ length: MAX_REACTIONS + 1 }, (_, index) => String.fromCodePoint(0x1f600 + index));
			const [first = '', late = ''] = [emojis[0], emojis.at(-1)];
			const set = emojis.slice(0, -1).map((emoji, index) => reaction('ada', `a${index}`, MINE, emoji));
			for (const outcome of await append(store, ...set)) expect(outcome).toMatchObject({ isNew: true });
			expect(await append(store, reaction('bora', 'b', MINE, late), reaction('ada', 'b', MINE, late))).toEqual([
				FULL,
				FULL
			]);
			// More people with the same emoji do not count, and another message has a count of its own.
			expect(
				await append(
					store,
					reaction('bora', 'c', MINE, first),
					edit('ada', 'd', MINE, 'x'),
					reaction('ada', 'e', target('bora', 'own'), late)
				)
			).toMatchObject([{ isNew: true }, { isNew: true }, { isNew: true }]);
			await append(store, reaction('ada', 'f', MINE, first, { isSet: false }));
			expect(await append(store, reaction('ada', 'g', MINE, late))).toEqual([FULL]);
			await append(store, reaction('bora', 'h', MINE, first, { isSet: false }));
			expect(await append(store, reaction('ada', 'g', MINE, late))).toMatchObject([{ isNew: true }]);
			expect(await reactionsFor(store, 'ada')).toHaveLength(MAX_REACTIONS);
		});

		test('[DEL-1] a deletion empties the text, the versions and the reactions, and keeps every seq', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			await append(store, edit('ada', 'a', MINE, 'second'), reaction('bora', 'b', MINE, '👍'));
			await append(store, reaction('bora', 'c', target('bora', 'own'), '🎉'));
			expect(await append(store, deletion('ada', 'd', MINE))).toEqual([stored(6, { said: 2, target: 1 })]);

			const log = await readEntries(store);
			expect(log.map(({ id }) => id)).toEqual(['own', 'own', 'a', 'b', 'c', 'd']);
			expect(log).toMatchObject([
				{ kind: 'message', text: '' },
				{ kind: 'message', text: 'own' },
				{ kind: 'edit', text: '', target: { ...MINE, seq: 1 } },
				{ kind: 'reaction', emoji: '', target: { ...MINE, seq: 1 } },
				{ kind: 'reaction', emoji: '🎉' },
				{ kind: 'delete', target: { ...MINE, seq: 1 } }
			]);
			const [gone, left] = await readMessages(store, 'bora');
			const author = { id: 'ada', name: 'ada' };
			expect(gone).toEqual({
				...{ seq: 1, id: 'own', author, sentAt: 1_000, said: 1 },
				...{ text: '', changed: 6, isDeleted: true }
			});
			expect(left).toMatchObject({ text: 'own', reactions: [{ emoji: '🎉', isMine: true }] });
		});

		test('[DEL-2] a second deletion returns the first one, and every other change of the message is gone', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			await append(store, edit('ada', 'a', MINE, 'second'), reaction('bora', 'b', MINE, '👍'));
			await append(store, deletion('ada', 'c', MINE, { sentAt: 2_000 }));
			const before = [await readEntries(store), await readMessages(store)];
			expect(
				await append(
					store,
					deletion('ada', 'd', MINE),
					edit('ada', 'e', MINE, 'third'),
					reaction('bora', 'f', MINE, '🎉'),
					reaction('bora', 'g', MINE, '👍', { isSet: false }),
					deletion('bora', 'h', MINE)
				)
			).toEqual([expect.objectContaining({ ok: true, isNew: false, seq: 5 }), GONE, GONE, GONE, FORBIDDEN]);
			// Sent again, each entry keeps its seq.
			expect(
				await append(
					store,
					message('ada', 'own'),
					edit('ada', 'a', MINE, 'second'),
					reaction('bora', 'b', MINE, '👍'),
					deletion('ada', 'c', MINE)
				)
			).toMatchObject([1, 3, 4, 5].map((seq) => ({ ok: true, isNew: false, seq })));
			expect(await append(store, message('ada', 'c', { text: '' }))).toEqual([ID_REUSED]);
			expect([await readEntries(store), await readMessages(store)]).toEqual(before);
		});

		test('[KEPT-1] a room has the seq of its newest deletion', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const lastDeletions = async () =>
				(await store.roomsOf('ada')).map(({ room, lastDeletion }) => [room, lastDeletion]);
			await append(store, edit('ada', 'a', MINE, 'x'), reaction('ada', 'b', MINE, '👍'));
			expect(await lastDeletions()).toEqual([
				['attic', 0],
				['lobby', 0]
			]);
			await append(
				store,
				deletion('ada', 'c', MINE),
				message('ada', 'd'),
				deletion('bora', 'e', target('bora', 'own'))
			);
			await append(store, message('ada', 'f'), deletion('ada', 'g', MINE));
			expect(await lastDeletions()).toEqual([
				['attic', 0],
				['lobby', 7]
			]);
			expect(await store.publicRooms(9)).toMatchObject([{ lastDeletion: 7 }, { lastDeletion: 0 }]);
			expect(await store.join('ada', 'lobby')).toMatchObject({ lastDeletion: 7 });
		});

		test('[DEL-3] the author and the operator delete a message of a public room', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			expect(
				await append(
					store,
					deletion('bora', 'a', MINE),
					deletion('chan', 'b', MINE),
					deletion('root', 'c', MINE, { isOperator: true })
				)
			).toEqual([FORBIDDEN, FORBIDDEN, stored(3, { said: 2, target: 1 })]);
		});
	});

	describe(`${name}: replies`, () => {
		const MINE = target('ada', 'own');
		const reply = (id: string, replyTo = MINE, more: Partial<NewEntry & { kind: 'message' }> = {}) =>
			message('bora', id, { replyTo, ...more });
		const quotesIn = (messages: readonly Message[]) => messages.map(({ quote }) => quote);

		test('[REPLY-1] a reply needs a message of its room, which may be deleted or come before it in the batch', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			await append(store, message('ada', 'away', { room: 'attic' }), reaction('ada', 'r', MINE, '👍'));
			const wrong = [target('ada', 'nothing'), target('bora', 'x'), target('ada', 'away'), target('ada', 'r')];
			const rejected = wrong.map((source, index) => reply(`wrong ${index}`, source));
			expect(await append(store, ...rejected)).toEqual(rejected.map(() => NO_SOURCE));
			expect(await append(store, message('bora', 'a'), reply('b', target('bora', 'a')))).toMatchObject([
				{ seq: 4 },
				{ seq: 5, quote: { seq: 4, text: 'a' } }
			]);
			await append(store, deletion('ada', 'd', MINE));
			expect(await append(store, reply('c'))).toMatchObject([{ seq: 7, quote: { seq: 1, text: '', isDeleted: true } }]);
		});

		test('[REPLY-2] pages and the log quote the source as it is now', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const source = { seq: 1, id: 'own', author: { id: 'ada', name: 'ada' } };
			const expectQuotes = async (quote: object) => {
				const page = await readMessages(store, 'bora');
				expect(quotesIn(page)).toEqual([undefined, undefined, quote]);
				const entries = (await readEntries(store)).filter((entry) => entry.kind === 'message');
				expect(entries.map((entry) => entry.quote)).toEqual([undefined, undefined, quote]);
			};
			expect(await append(store, reply('b'))).toEqual([stored(3, { quote: { ...source, text: 'own' } })]);
			await expectQuotes({ ...source, text: 'own' });
			await append(
				store,
				reaction('bora', 'r', MINE, '👍'),
				edit('ada', 'e1', MINE, 'two'),
				edit('ada', 'e2', MINE, 'three')
			);
			await expectQuotes({ ...source, text: 'three', changed: 6 });
			await append(store, reaction('bora', 's', MINE, '🎉'), deletion('ada', 'd', MINE));
			await expectQuotes({ ...source, text: '', changed: 8, isDeleted: true });
		});

		test('[REPLY-2] a quote is one line of at most 140 code points', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			const texts = ['a\n\n  b', '가'.repeat(140), '가'.repeat(141), '😀'.repeat(4_000), `${'\n'.repeat(600)}b`];
			for (const [index, text] of texts.entries()) {
				await append(
					store,
					message('ada', `s${index}`, { text }),
					message('ada', `r${index}`, { replyTo: target('ada', `s${index}`) })
				);
			}
			const quotes = quotesIn(await readMessages(store)).flatMap((quote) => quote?.text ?? []);
			expect(quotes).toEqual(['a b', '가'.repeat(140), `${'가'.repeat(139)}…`, `${'😀'.repeat(139)}…`, '…']);
			const entries = (await readEntries(store)).flatMap((entry) => ('quote' in entry ? entry.quote.text : []));
			expect(entries).toEqual(quotes);
		});

		test('[REPLY-3] readOn returns held replies whose sources were edited or deleted since', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const other = target('bora', 'own');
			await append(store, reply('b'), reply('c', other), reply('d'));
			await append(store, reaction('bora', 'r', other, '👍'));
			const changed = async (to: number) => {
				const on = await store.readOn('bora', 'lobby', { from: 3, to }, 50);
				return on?.changed.map(({ seq, quote }) => ({ seq, text: quote?.text }));
			};
			// A reaction changes no quote.
			expect(await changed(5)).toEqual([]);
			await append(store, edit('ada', 'e', MINE, 'better'));
			const better = [3, 5].map((seq) => ({ seq, text: 'better' }));
			expect(await changed(5)).toEqual(better);
			expect(await changed(6)).toEqual(better);
			expect(await changed(7)).toEqual([]);
			// A deleted reply has no quote.
			await append(store, deletion('bora', 'x', target('bora', 'b')));
			expect(await changed(7)).toEqual([{ seq: 3, text: undefined }]);
			await append(store, deletion('ada', 'y', MINE));
			expect(await changed(8)).toEqual([{ seq: 5, text: '' }]);
		});

		test('[SEND-3] a reply sent again must name the same source, until it is deleted', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			await append(store, reply('b'), edit('ada', 'e', MINE, 'better'), edit('bora', 'f', target('bora', 'b'), 'x'));
			const attempts = [
				reply('b'),
				message('bora', 'b'),
				reply('b', target('bora', 'own')),
				reply('b', target('ada', 'no'))
			];
			expect(await append(store, ...attempts)).toMatchObject([
				{ seq: 3, isNew: false },
				ID_REUSED,
				ID_REUSED,
				ID_REUSED
			]);
			await append(store, deletion('ada', 'd', MINE));
			expect(await append(store, ...attempts)).toMatchObject([
				{ seq: 3, isNew: false },
				ID_REUSED,
				ID_REUSED,
				ID_REUSED
			]);
			await append(store, deletion('bora', 'g', target('bora', 'b')));
			expect(await append(store, ...attempts)).toMatchObject(attempts.map(() => ({ seq: 3, isNew: false })));
		});

		test('[DEL-1] a deleted message is empty in every quote, and a deleted reply has none', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			await append(
				store,
				message('ada', 'secret'),
				reply('b', target('ada', 'secret')),
				reply('c', target('bora', 'b'))
			);
			await append(store, deletion('ada', 'd', target('ada', 'secret')), deletion('bora', 'e', target('bora', 'b')));
			const [, , , ...replies] = await readMessages(store);
			expect(replies).toMatchObject([
				{ id: 'b', text: '', isDeleted: true },
				{ id: 'c', quote: { id: 'b', text: '', isDeleted: true } }
			]);
			expect(replies[0]).not.toHaveProperty('quote');
			const entries = JSON.stringify(await readEntries(store));
			expect(entries).not.toContain('"text":"secret"');
			expect(entries.match(/"quote"/g)).toHaveLength(1);
		});
	});

	describe(`${name}: details`, () => {
		const MINE = target('ada', 'own');

		test('[EDIT-2] the author alone reads the earlier versions of a message', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			expect(await store.versions('ada', 'lobby', MINE)).toEqual([]);
			await append(store, edit('ada', 'e1', MINE, 'two', { sentAt: 2_000 }), reaction('bora', 'r', MINE, '👍'));
			await append(store, edit('ada', 'e2', MINE, 'three', { sentAt: 3_000 }));
			expect(await store.versions('ada', 'lobby', MINE)).toEqual([
				{ text: 'own', sentAt: 1_000 },
				{ text: 'two', sentAt: 2_000 }
			]);
			expect(await store.versions('bora', 'lobby', MINE)).toBe('forbidden');
			expect(await store.versions('ada', 'attic', MINE)).toBe('not_found');
			expect(await store.versions('chan', 'lobby', MINE)).toBe('not_found');
			const many = Array.from({ length: MAX_VERSIONS }, (_, index) => edit('ada', `m${index}`, MINE, `text ${index}`));
			await append(store, ...many);
			const versions = await store.versions('ada', 'lobby', MINE);
			expect(versions).toHaveLength(MAX_VERSIONS);
			expect([versions[0], versions.at(-1)]).toMatchObject([{ text: 'three' }, { text: `text ${MAX_VERSIONS - 2}` }]);
			const long = Array.from({ length: 40 }, (_, index) =>
				edit('ada', `l${index}`, MINE, `${index}${'😀'.repeat(3_990)}`)
			);
			await append(store, ...long);
			expect(JSON.stringify(await store.versions('ada', 'lobby', MINE)).length).toBeLessThan(MAX_PACKET_BYTES);
			await append(store, deletion('ada', 'd', MINE));
			expect(await store.versions('ada', 'lobby', MINE)).toBe('gone');
			await store.leave('ada', 'lobby');
			expect(await store.versions('ada', 'lobby', MINE)).toBe('not_found');
		});

		test('[REACT-3] a member reads who has set a reaction, with the present names', async () => {
			const { store, execute } = await open();
			await gather(store, 'ada', 'bora');
			for (const id of ['ada', 'bora']) {
				await execute(`INSERT INTO users (id, name, created_at) VALUES ('${id}', 'name of ${id}', 1)`);
			}
			await append(
				store,
				reaction('bora', 'a', MINE, '👍'),
				reaction('ada', 'b', MINE, '👍'),
				reaction('ada', 'c', MINE, '🎉')
			);
			await store.rename('bora', 'Another');
			expect(await store.reactors('ada', 'lobby', MINE, '👍')).toEqual([
				{ id: 'bora', name: 'Another' },
				{ id: 'ada', name: 'name of ada' }
			]);
			expect(await store.reactors('ada', 'lobby', MINE, '😀')).toEqual([]);
			expect(await store.reactors('chan', 'lobby', MINE, '👍')).toBe('not_found');
			await append(store, deletion('ada', 'd', MINE));
			expect(await store.reactors('ada', 'lobby', MINE, '👍')).toEqual([]);
		});
	});

	describe(`${name}: topics`, () => {
		const topic = (id: string, text: string, author = 'ada') => entryOf('topic', author, id, { text });

		test('[TOPIC-1] [TOPIC-2] a topic is a row of the log that never counts as a message', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			await append(store, topic('a', '첫 주제'), message('ada', 'b'), topic('c', '', 'bora'));
			const rows = await readMessages(store);
			expect(rows).toMatchObject([
				...[{ seq: 1 }, { seq: 2, said: 2 }, { seq: 3, said: 2, text: '첫 주제', isTopic: true }],
				...[
					{ seq: 4, said: 3 },
					{ seq: 5, said: 3, text: '', isTopic: true, author: { id: 'bora' } }
				]
			]);
			expect(rows[4]).not.toHaveProperty('isDeleted');
			expect((await readEntries(store)).map(({ kind }) => kind)).toEqual([
				'message',
				'message',
				'topic',
				'message',
				'topic'
			]);
			expect(await store.saidAt([2, 3, 4, 5].map((seq) => ({ room: 'lobby', seq })))).toEqual([2, 2, 3, 3]);
			for (const limit of [1, 2, 3]) {
				expect((await readPages(store, 'bora', 'lobby', limit)).flatMap(({ messages }) => seqsOf(messages))).toEqual([
					1, 2, 3, 4, 5
				]);
				for (const around of [1, 3, 5]) {
					expect((await pageOf(store, { around }, limit)).messages).toHaveLength(limit);
				}
			}
		});

		test('[TOPIC-1] rooms, joins and pages have the newest topic, and setting it again stores nothing', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const topics = async () => [
				(await store.join('bora', 'lobby')) as unknown,
				(await store.roomsOf('bora')).find(({ room }) => room === 'lobby'),
				(await store.publicRooms(9)).find(({ room }) => room === 'lobby'),
				await store.findRoom('lobby'),
				await pageOf(store, { after: 0 }, 1)
			];
			const expectTopic = async (text: string) => {
				for (const each of await topics()) expect(each).toMatchObject({ topic: text });
			};
			await expectTopic('');
			expect(await append(store, topic('a', ''))).toMatchObject([{ ok: true, isNew: false, seq: 0 }]);
			await append(store, topic('b', 'one'), topic('c', 'two'), message('ada', 'm'));
			await expectTopic('two');
			expect(await append(store, topic('d', 'two'), topic('b', 'one'), topic('b', 'two'))).toMatchObject([
				...[{ isNew: false, seq: 4 }, { isNew: false, seq: 3 }, ID_REUSED]
			]);
			await append(store, topic('e', '', 'bora'), topic('f', '', 'ada'));
			await expectTopic('');
			expect(await store.heads(['lobby'])).toEqual([['lobby', 6]]);
			expect(await append(store, topic('e', '', 'bora'), topic('e', 'x', 'bora'))).toMatchObject([
				{ seq: 6 },
				ID_REUSED
			]);
		});

		test('[TOPIC-3] no entry changes a topic or replies to it, and retention empties it', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const of = target('ada', 'a');
			await append(store, topic('a', 'one'), topic('b', ''));
			const changes = [edit('ada', 'e', of, 'x'), deletion('ada', 'd', of), reaction('ada', 'r', of, '👍')];
			expect(await append(store, ...changes, message('ada', 'm', { replyTo: of }))).toEqual([
				...[NOT_FOUND, NOT_FOUND, NOT_FOUND, NO_SOURCE]
			]);
			await store.emptyOlder({ before: 2_000, now: 3_000 }, '');
			const emptied = { text: '', isTopic: true, isDeleted: true };
			expect((await readMessages(store)).slice(2)).toMatchObject([emptied, { text: '', isTopic: true }]);
			const entries = (await readEntries(store)).filter((entry) => entry.kind === 'topic');
			expect(entries.map(({ text, isDeleted = false }) => [text, isDeleted])).toEqual([
				...[
					['', true],
					['', false]
				]
			]);
			expect(await append(store, topic('a', 'anything'))).toMatchObject([{ seq: 3, isNew: false }]);
		});
	});

	describe(`${name}: mentions`, () => {
		const BORA = { id: 'bora', name: '보라' };
		const CHAN = { id: 'chan', name: '보라' };
		const mentioning = (id: string, ...mentions: { id: string; name: string }[]) =>
			message('ada', id, { text: `${id} @보라 @모두`, mentions });

		test('[MENTION-1] a message and its edits keep their mentions, and a deletion erases them', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			const change = (id: string, text: string, ...mentions: { id: string; name: string }[]) =>
				append(
					store,
					entryOf('edit', 'ada', id, { target: target('ada', 'a'), text, ...(mentions[0] && { mentions }) })
				);
			const mentionsIn = async () => (await readMessages(store)).at(-1)?.mentions;
			await append(store, mentioning('a', BORA, CHAN));
			expect(await mentionsIn()).toEqual([BORA, CHAN]);
			// The same text, which names another person.
			expect(await change('e1', 'a @보라 @모두', CHAN)).toMatchObject([{ seq: 3, isNew: true }]);
			expect(await change('e2', 'a @보라 @모두', CHAN)).toMatchObject([{ seq: 3, isNew: false }]);
			expect(await mentionsIn()).toEqual([CHAN]);
			await change('e3', 'nobody');
			expect(await mentionsIn()).toBeUndefined();
			const entries = await readEntries(store);
			expect(entries.map((entry) => 'mentions' in entry && entry.mentions)).toEqual([
				...[false, [BORA, CHAN], [CHAN], false]
			]);
			expect(await append(store, mentioning('a', BORA, CHAN), mentioning('a', CHAN), mentioning('a'))).toMatchObject([
				...[{ seq: 2, isNew: false }, ID_REUSED, ID_REUSED]
			]);
			await append(store, deletion('ada', 'd', target('ada', 'a')));
			expect(JSON.stringify([await readEntries(store), await readMessages(store)])).not.toContain('보라');
		});

		test('[MENTION-2] the owner of a private room alone mentions everyone', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			await store.createRoom('ada', PRIVATE, 'Attic', 1);
			await store.invite('ada', PRIVATE, {
				id: 'door',
				secretHash: 'ab'.repeat(32),
				createdAt: 1,
				expiresAt: null,
				maxUses: null
			});
			await store.accept('bora', 'ab'.repeat(32), 1);
			const all = { id: '*', name: '모두' };
			const say = (author: string, id: string, room: string) =>
				message(author, id, { text: '@모두', mentions: [all], room });
			expect(
				await append(store, say('ada', 'a', 'lobby'), say('bora', 'b', PRIVATE), say('ada', 'c', PRIVATE))
			).toMatchObject([...[NOT_OWNER, NOT_OWNER, { seq: 1 }]]);
			await append(store, message('bora', 'd', { room: PRIVATE }));
			const toAll = { text: '@모두', mentions: [all] };
			const change = entryOf('edit', 'bora', 'e', { target: target('bora', 'd'), ...toAll }, { room: PRIVATE });
			expect(await append(store, change)).toEqual([NOT_OWNER]);
			expect(await store.unreadMentions('bora')).toEqual([{ room: PRIVATE, seq: 1 }]);
			expect(await store.unreadMentions('ada')).toEqual([]);
		});

		test('[MENTION-3] the newest unread mention of a person is not their own, deleted, edited away, emptied or read', async () => {
			const { store } = await open();
			await gather(store, 'ada', 'bora');
			const newest = async (person = 'bora') =>
				(await store.unreadMentions(person)).map(({ room, seq }) => `${room} ${seq}`);
			const edited = (id: string, of: string, ...mentions: { id: string; name: string }[]) =>
				entryOf('edit', 'ada', id, { target: target('ada', of), text: '@보라', ...(mentions[0] && { mentions }) });
			expect(await newest()).toEqual([]);
			await append(
				store,
				mentioning('a', BORA),
				mentioning('b', BORA, CHAN, BORA),
				mentioning('c', BORA),
				mentioning('d', BORA)
			);
			await append(store, message('bora', 'own mention', { text: '@보라', mentions: [BORA] }));
			await append(store, { ...mentioning('e', BORA), room: 'attic' });
			expect((await newest()).sort()).toEqual(['attic 1', 'lobby 6']);
			await append(store, deletion('ada', 'x', target('ada', 'd')));
			expect(await newest()).toContain('lobby 5');
			await append(store, edited('y', 'c', CHAN));
			expect(await newest()).toContain('lobby 4');
			expect(await newest('chan')).toEqual([]);
			await append(store, edited('z', 'own', BORA));
			await store.append([], [{ room: 'lobby', userId: 'bora', seq: 3 }]);
			expect(await newest()).toContain('lobby 4');
			await store.append([], [{ room: 'lobby', userId: 'bora', seq: 4 }]);
			expect(await newest()).toEqual(['attic 1']);
			await store.emptyOlder({ before: 2_000, now: 3_000 }, '');
			expect(await newest()).toEqual([]);
		});
	});

	describe(`${name}: reading`, () => {
		test.for<[Range, number, number[], [from: number, to: number]]>([
			[{ before: 11 }, 3, [8, 9, 10], [8, 10]],
			[{ before: 1e15 }, 3, [8, 9, 10], [8, 10]],
			[{ before: 3 }, 50, [1, 2], [1, 2]],
			[{ before: 1 }, 50, [], [1, 0]],
			[{ before: 0 }, 50, [], [1, 0]],
			[{ after: 0 }, 3, [1, 2, 3], [1, 3]],
			[{ after: 8 }, 50, [9, 10], [9, 10]],
			[{ after: 10 }, 50, [], [11, 10]],
			[{ after: 1e15 }, 50, [], [1e15 + 1, 1e15]],
			[{ around: 5 }, 1, [5], [5, 5]],
			[{ around: 5 }, 2, [4, 5], [4, 5]],
			[{ around: 5 }, 5, [3, 4, 5, 6, 7], [3, 7]],
			[{ around: 1 }, 4, [1, 2, 3, 4], [1, 4]],
			[{ around: 0 }, 2, [1, 2], [1, 2]],
			[{ around: 10 }, 4, [7, 8, 9, 10], [7, 10]],
			[{ around: 1e15 }, 1, [10], [10, 10]],
			[{ around: 5 }, 200, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 10]]
		])('[READ-1] a page %o with at most %i of ten messages', async ([range, limit, expected, [from, to]]) => {
			const { store } = await open();
			await fill(store, 10);
			const page = await pageOf(store, range, limit);
			expect(seqsOf(page.messages)).toEqual(expected);
			const toId = to > 0 && to <= 10 ? `m${to}` : '';
			expect(page).toMatchObject({ head: 10, said: 10, from, to, toId });
		});

		test.for<Range>([{ before: 9 }, { after: 0 }, { around: 1 }])(
			'[READ-1] a page %o of an empty room is empty, and that of a missing room null',
			async (range) => {
				const { store } = await open();
				await store.join('ada', 'lobby', 1);
				expect(await pageOf(store, range, 50)).toEqual({
					head: 0,
					said: 0,
					topic: '',
					from: 1,
					to: 0,
					toId: '',
					messages: []
				});
				expect(await store.readPage('ada', 'nowhere', range, 50)).toBeNull();
				expect(await store.readLog('lobby', 0, 50)).toEqual([]);
				expect(await store.readLog('nowhere', 0, 50)).toEqual([]);
			}
		);

		/** Stores 49 messages, 1,000 reactions to the first of them, and 60 more messages. */
		async function withManyReactions(store: Store): Promise<void> {
			await fill(store, 49);
			const first = target('ada', 'm1');
			const reactions = Array.from({ length: 1_000 }, (_, index) =>
				reaction('ada', `r${index}`, first, '👍', { isSet: index % 2 === 0 })
			);
			await append(store, ...reactions);
			await append(store, ...Array.from({ length: 60 }, (_, index) => message('ada', `late ${index}`)));
		}

		test('[READ-1] a page has as many messages as requested, however many changes are between them', async () => {
			const { store } = await open();
			await withManyReactions(store);
			const first = await pageOf(store, { after: 0 }, 50);
			expect(seqsOf(first.messages)).toEqual([...Array.from({ length: 49 }, (_, index) => index + 1), 1_050]);
			expect(first).toMatchObject({ head: 1_109, said: 109, from: 1, to: 1_050, toId: 'late 0' });
			expect(first.messages[0]).toMatchObject({ changed: 1_049 });
			expect(first.messages[0]?.reactions).toBeUndefined();
			// The entries between two messages belong to the page that ends before the next message.
			expect(await pageOf(store, { after: 0 }, 49)).toMatchObject({ from: 1, to: 1_049, toId: 'r999' });
			expect(await pageOf(store, { after: 500 }, 1)).toMatchObject({
				from: 501,
				to: 1_050,
				messages: [{ seq: 1_050 }]
			});
			const before = await pageOf(store, { before: 1_051 }, 50);
			expect(seqsOf(before.messages)).toEqual(seqsOf(first.messages));
			expect(before).toMatchObject({ from: 1, to: 1_050 });
			expect(await pageOf(store, { before: 700 }, 2)).toMatchObject({ from: 48, to: 699, toId: 'r649' });
			const around = await pageOf(store, { around: 600 }, 4);
			expect(seqsOf(around.messages)).toEqual([48, 49, 1_050, 1_051]);
			expect(around).toMatchObject({ from: 48, to: 1_051, toId: 'late 1' });
		});

		test('[READ-1] a page at the end of the log includes the entries after its last message', async () => {
			const { store } = await open();
			await gather(store, 'ada');
			await append(store, reaction('ada', 'a', target('ada', 'own'), '👍'));
			const end = { head: 2, said: 1, to: 2, toId: 'a' };
			expect(await pageOf(store, { after: 0 }, 1)).toMatchObject({ ...end, from: 1 });
			expect(await pageOf(store, { before: 9 }, 1)).toMatchObject({ ...end, from: 1 });
			expect(await pageOf(store, { around: 2 }, 1)).toMatchObject({ ...end, from: 1, messages: [{ seq: 1 }] });
			expect(await pageOf(store, { after: 1 }, 1)).toMatchObject({ ...end, from: 2, messages: [] });
		});

		test.for([1, 7, 50])(
			'[READ-1] consecutive pages of %i messages cover the log without a hole or an overlap',
			async (limit) => {
				const { store } = await open();
				await withManyReactions(store);
				const forth = await readPages(store, 'ada', 'lobby', limit);
				expect(forth.map(({ from }) => from)).toEqual([1, ...forth.slice(0, -1).map(({ to }) => to + 1)]);
				expect(forth.at(-1)?.to).toBe(1_109);

				const back: typeof forth = [];
				for (let before = 1_110; before > 1;) {
					const page = await pageOf(store, { before }, limit);
					expect(page.to).toBe(before - 1);
					back.unshift(page);
					before = page.from;
				}
				expect(back[0]?.from).toBe(1);
				const seqs = seqsOf(back.flatMap(({ messages }) => messages));
				expect(seqs).toEqual(seqsOf(forth.flatMap(({ messages }) => messages)));
				expect(seqs).toHaveLength(109);
				for (const { from, to, toId, messages } of [...forth, ...back]) {
					for (const { seq } of messages) expect(seq >= from && seq <= to).toBe(true);
					expect(toId).toBe((await store.readLog('lobby', to - 1, 1))[0]?.id);
				}
			}
		);

		test('[JOIN-3] readOn returns the next page, and the held messages that have changed since', async () => {
			const { store } = await open();
			await fill(store, 6);
			await store.join('bora', 'lobby', 1);
			const of = (number: number) => target('ada', `m${number}`);
			// The reader has seen this change already.
			await append(store, edit('ada', 'e1', of(3), 'three'));
			await append(
				store,
				reaction('bora', 'r1', of(1), '👍'),
				reaction('bora', 'r2', of(2), '👍'),
				message('ada', 'm7'),
				deletion('ada', 'd1', of(4)),
				edit('ada', 'e2', of(7), 'seven')
			);
			const on = await store.readOn('bora', 'lobby', { from: 2, to: 7 }, 50);
			expect(on).toMatchObject({ head: 12, said: 7, from: 8, to: 12, toId: 'e2', heldId: 'e1' });
			expect(on?.messages).toMatchObject([{ seq: 10, text: 'seven', changed: 12 }]);
			expect(on?.changed).toMatchObject([
				{ seq: 2, changed: 9, reactions: [{ emoji: '👍', count: 1, isMine: true }] },
				{ seq: 4, changed: 11, text: '', isDeleted: true }
			]);
			expect((await store.readOn('ada', 'lobby', { from: 2, to: 7 }, 50))?.changed[0]).toMatchObject({
				reactions: [{ emoji: '👍', count: 1, people: [{ id: 'bora' }] }]
			});
			expect(await store.readOn('bora', 'lobby', { from: 2, to: 12 }, 50)).toMatchObject({
				...{ from: 13, to: 12, toId: 'e2', heldId: 'e2' },
				...{ messages: [], changed: [] }
			});
			expect(await store.readOn('bora', 'lobby', { from: 1, to: 0 }, 50)).toMatchObject({
				...{ from: 1, to: 12, heldId: '', changed: [] }
			});
			expect(await store.readOn('chan', 'lobby', { from: 1, to: 0 }, 50)).toBeNull();
		});

		test('[JOIN-4] readOn after a seq beyond the head returns an empty heldId', async () => {
			const { store } = await open();
			await fill(store, 2);
			const on = await store.readOn('ada', 'lobby', { from: 1, to: 9 }, 50);
			expect(on).toMatchObject({ head: 2, heldId: '', messages: [] });
			expect(await append(store, message('ada', 'm3'))).toEqual([stored(3)]);
		});

		test(`[JOIN-3] readOn looks at the last ${MAX_HELD_MESSAGES} held messages`, async () => {
			const { store } = await open();
			const count = MAX_HELD_MESSAGES + 10;
			await fill(store, count);
			const changes = [10, 11, count].map((number) => reaction('ada', `r${number}`, target('ada', `m${number}`), '👍'));
			await append(store, ...changes);
			const on = await store.readOn('ada', 'lobby', { from: 1, to: count }, 1);
			expect(seqsOf(on?.changed ?? [])).toEqual([11, count]);
			expect(on).toMatchObject({ from: count + 1, to: count + 3 });
		});

		test('[READ-4] saidAt counts the messages up to a seq and the deleted ones after it', async () => {
			const { store } = await open();
			await fill(store, 4);
			const of = (number: number) => target('ada', `m${number}`);
			await append(store, reaction('ada', 'r', of(1), '👍'), message('ada', 'm5'), edit('ada', 'e', of(5), 'x'));
			await append(store, deletion('ada', 'd1', of(1)), deletion('ada', 'd4', of(4)), message('ada', 'm6'));
			// The head is 10, after six messages.
			const places = Array.from({ length: 11 }, (_, seq) => ({ room: 'lobby', seq }));
			expect(await store.saidAt(places)).toEqual([2, 2, 3, 4, 4, 4, 5, 5, 5, 5, 6]);
			expect(await store.saidAt([{ room: 'nowhere', seq: 0 }])).toEqual([0]);
			expect(await store.saidAt([])).toEqual([]);
			// At head 8 the fourth message was not deleted yet.
			const before = places.map((place) => ({ ...place, head: 8 }));
			expect(await store.saidAt(before)).toEqual([1, 1, 2, 3, 4, 4, 5, 5, 5, 5, 6]);
		});

		test('[READ-5] findAt returns the first message at or after a time, across changes', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			expect([await store.findAt('ada', 'lobby', 5), await store.findAt('bora', 'lobby', 5)]).toEqual([0, null]);
			const times = [1_000, 1_000, 2_000, 3_000, 3_000, 3_000, 9_000];
			for (const [index, sentAt] of times.entries()) {
				const id = `m${index}`;
				const changes = index % 2 === 0 ? [] : [edit('ada', `e${index}`, target('ada', id), `e${index}`, { sentAt })];
				await append(store, message('ada', id, { sentAt }), ...changes);
			}
			const page = await pageOf(store, { after: 0 }, 50);
			for (let at = 0; at <= 10_000; at += 500) {
				const expected = page.messages.find(({ sentAt }) => sentAt >= at) ?? page.messages.at(-1);
				expect([at, await store.findAt('ada', 'lobby', at)]).toEqual([at, expected?.seq]);
			}
			await store.leave('ada', 'lobby');
			expect(await store.findAt('ada', 'lobby', 5)).toBeNull();
		});

		test('a user reads only rooms of which they are a member at the moment of the read', async () => {
			const { store, execute } = await open();
			await fill(store, 3);
			await store.join('ada', 'hall', 1);
			const empty = { head: 0, said: 0, topic: '', from: 1, to: 0, toId: '', messages: [] };
			expect(seqsOf((await pageOf(store, { after: 1 }, 50)).messages)).toEqual([2, 3]);
			expect(await store.readPage('ada', 'hall', { after: 0 }, 50)).toEqual(empty);
			expect(await store.readPage('bora', 'lobby', { after: 1 }, 50)).toBeNull();
			expect(await store.readPage('ada', 'nowhere', { after: 0 }, 50)).toBeNull();
			await execute("DELETE FROM members WHERE user_id = 'ada' AND room = 'lobby'");
			expect(await store.readPage('ada', 'lobby', { after: 1 }, 50)).toBeNull();
			expect(await store.readOn('ada', 'lobby', { from: 1, to: 1 }, 50)).toBeNull();
			expect(await store.readPage('ada', 'hall', { after: 0 }, 50)).toEqual(empty);
		});

		test('a page has every entry that was acknowledged before the read, however busy the store is', async () => {
			const { store } = await open();
			const people = Array.from({ length: 8 }, (_, index) => `person ${index}`);
			for (const person of people) await store.join(person, 'lobby', 1);
			async function talk(person: string): Promise<void> {
				for (let count = 0; count < 40; count += 1) {
					const [appended] = await append(store, message(person, `m${count}`));
					const { seq } = appended?.ok ? appended : { seq: -1 };
					const [page, log] = await Promise.all([
						store.readPage(person, 'lobby', { before: seq + 1 }, 200),
						store.readLog('lobby', seq - 1, 200)
					]);
					for (const found of [page?.messages.at(-1), log[0]]) {
						expect(found).toMatchObject({ seq, id: `m${count}`, author: { id: person } });
					}
				}
			}
			await Promise.all(people.map(talk));
		});

		test('a page ends where a packet is full, and has the nearest messages without a hole', async () => {
			const { store } = await open();
			await fill(store, 200, '가'.repeat(4_000));

			const pages = await Promise.all(
				[{ before: 201 }, { after: 0 }, { around: 100 }].map((range) => pageOf(store, range, 200))
			);
			for (const { from, to, messages } of pages) {
				expect(bytes(messages)).toBeLessThan(MAX_PACKET_BYTES);
				expect(messages.length).toBeGreaterThan(15);
				expectConsecutive(messages);
				expect([from, to]).toEqual([messages[0]?.seq, messages.at(-1)?.seq]);
			}
			expect(pages[0]?.to).toBe(200);
			expect(pages[1]?.from).toBe(1);
			expect(pages[2]?.messages[Math.floor(pages[2].messages.length / 2)]?.seq).toBe(100);
			const log = await store.readLog('lobby', 0, 200);
			expect(log.length).toBe(pages[1]?.messages.length);
		});

		test('a page of texts of any sizes has exactly the messages that fit', async () => {
			const { store } = await open();
			await fill(store, 1);
			const sizes = fc.sample(fc.oneof(fc.nat(20), fc.nat(4_000), fc.constant(4_000)), { numRuns: 199, seed: 7 });
			const letters = ['x', '가', '😀'];
			await append(
				store,
				...sizes.map((size, index) => {
					const letter = letters[index % 3] ?? 'x';
					return message('ada', `large ${index}`, { text: letter.repeat(Math.max(1, size / letter.length)) });
				})
			);
			const all = await readMessages(store, 'ada', 'lobby', 1);
			for (let place = 1; place <= 200; place += 9) {
				for (const range of [{ before: place }, { after: place - 1 }, { around: place }]) {
					const back = all.filter(({ seq }) => seq < place).reverse();
					const forth = all.filter(({ seq }) => seq >= place);
					const half = 'before' in range ? [back, []] : 'after' in range ? [[], forth] : [back, forth];
					const expected = partOf(range, 120, 200, half[0] ?? [], half[1] ?? []);
					expect(await pageOf(store, range, 120)).toMatchObject(expected);
				}
			}
		});

		test('the size of a page counts from the nearest messages', async () => {
			const { store } = await open();
			await fill(store, 50);
			const large = Array.from({ length: 50 }, (_, index) =>
				message('ada', `large ${index}`, { text: '가'.repeat(4_000) })
			);
			await append(store, ...large);

			const { messages } = await pageOf(store, { before: 101 }, 100);
			expect(bytes(messages)).toBeLessThan(MAX_PACKET_BYTES);
			expect(messages.at(-1)?.seq).toBe(100);
			expectConsecutive(messages);
		});

		test('[REQ-4] readLog ends before the first entry that does not fit into a packet', async () => {
			const { store } = await open();
			await fill(store, 30, '가'.repeat(4_000));
			const large = Array.from({ length: 30 }, (_, index) =>
				edit('ada', `e${index}`, target('ada', `m${index + 1}`), '나'.repeat(4_000))
			);
			const small = Array.from({ length: 30 }, (_, index) => message('ada', `small ${index}`));
			await append(store, ...large.flatMap((each, index) => [each, small[index] ?? each]));
			for (let after = 0; after < 90;) {
				const entries = await store.readLog('lobby', after, 200);
				expect(seqsOf(entries)).toEqual(entries.map((_, index) => after + index + 1));
				expect(entries.reduce((sum, each) => sum + wireBytes(each), 0)).toBeLessThan(MAX_PACKET_BYTES);
				after += entries.length;
				expect(entries.length).toBeGreaterThan(0);
			}
		});
	});

	describe(`${name}: rooms`, () => {
		test('a first join makes a public room, and sets the read cursor to the head', async () => {
			const { store } = await open();
			const settings = { isPinned: false, isMuted: false };
			const lobby = {
				room: 'lobby',
				title: 'lobby',
				topic: '',
				ownerId: null,
				isPrivate: false,
				lastDeletion: 0,
				...settings
			};

			expect(await store.join('ada', 'lobby', 1)).toEqual({ ...lobby, head: 0, said: 0, lastAt: 1, readSeq: 0 });
			await append(store, message('ada', 'a'));
			const now = { ...lobby, head: 1, said: 1, lastAt: 1_000 };
			expect(await store.join('bora', 'lobby', 1)).toEqual({ ...now, readSeq: 1 });
			expect(await store.join('ada', 'lobby', 1)).toEqual({ ...now, readSeq: 0 });
		});

		test('a person who left is no member until they join again, and the room keeps its log', async () => {
			const { store } = await open();
			await fill(store, 1);

			expect(await store.leave('ada', 'lobby')).toBe('done');
			expect(await store.leave('ada', 'lobby')).toBe('done');
			expect(await append(store, message('ada', 'b'))).toEqual([FORBIDDEN]);
			expect(await store.roomsOf('ada')).toEqual([]);
			expect(await store.join('ada', 'lobby', 1)).toMatchObject({ head: 1, readSeq: 1 });
		});

		test('[ROOM-4] settings are those of one membership, and end with it', async () => {
			const { store, reopen } = await open();
			for (const person of ['ada', 'bora']) await store.join(person, 'lobby', 1);
			expect(await store.setRoom('ada', 'lobby', { isMuted: true })).toEqual({ isPinned: false, isMuted: true });
			expect(await store.setRoom('ada', 'lobby', { isPinned: true })).toEqual({ isPinned: true, isMuted: true });
			expect(await store.setRoom('chan', 'lobby', { isPinned: true })).toBe('forbidden');
			expect(await store.setRoom('ada', PRIVATE, { isPinned: true })).toBe('not_found');
			await append(store, message('ada', 'a'));
			const again = await reopen();
			expect(await again.roomsOf('ada')).toMatchObject([{ isPinned: true, isMuted: true }]);
			expect(await again.roomsOf('bora')).toMatchObject([{ isPinned: false, isMuted: false }]);
			await again.leave('ada', 'lobby');
			expect(await again.join('ada', 'lobby')).toMatchObject({ isPinned: false, isMuted: false });
		});

		test(`a user is in at most ${MAX_ROOMS_PER_USER} rooms`, async () => {
			const { store } = await open();
			for (let number = 0; number < MAX_ROOMS_PER_USER; number += 1) await store.join('ada', `room-${number}`, 1);

			expect(await store.join('ada', 'one-more', 1)).toBe('forbidden');
			expect(await store.heads(['one-more'])).toEqual([]);
			expect(await store.join('ada', 'room-0', 1)).toMatchObject({ room: 'room-0' });
			expect(await store.join('bora', 'one-more', 1)).toMatchObject({ room: 'one-more' });
		});

		test('rooms of a user are sorted by name, and public ones by their newest activity', async () => {
			const { store } = await open();
			await store.join('ada', 'b', 10_000);
			await store.join('ada', 'a', 20_000);
			await store.join('ada', 'c', 30_000);
			await append(store, message('ada', 'x', { room: 'b', sentAt: 40_000 }));
			await store.join('bora', 'a', 50_000);

			expect((await store.roomsOf('ada')).map(({ room }) => room)).toEqual(['a', 'b', 'c']);
			expect((await store.publicRooms(2)).map(({ room }) => room)).toEqual(['b', 'c']);
			expect(await store.publicRooms(0)).toEqual([]);
		});

		test('[ROOM-6] public rooms are found by a part of their names, without hyphens', async () => {
			const { store } = await open();
			const names = ['주간-회의', '회의실', 'a_b', 'a-b', 'axb', '100-일'];
			for (const [index, room] of names.entries()) await store.join('ada', room, (index + 1) * 1_000);
			await store.createRoom('ada', PRIVATE, '회의', 1);
			const find = async (part: string, limit = 9) => (await store.publicRooms(limit, part)).map(({ room }) => room);
			expect(await find('회의')).toEqual(['회의실', '주간-회의']);
			expect(await find('간회')).toEqual(['주간-회의']);
			expect(await find('회의', 1)).toEqual(['회의실']);
			expect([await find('a_b'), await find('ab'), await find('%'), await find('!')]).toEqual([
				['a_b'],
				['a-b'],
				[],
				[]
			]);
			expect(await find('')).toEqual(names.toReversed());
			await store.closeRoom({ user: { id: 'root', name: 'x' }, isOperator: true }, '회의실', 9);
			expect(await find('회의')).toEqual(['주간-회의']);
		});
	});

	describe(`${name}: sessions`, () => {
		test('a session is found by the hash of its token, with the present name', async () => {
			const { store } = await open();
			const hash = '07'.repeat(32);
			await store.createSession(hash, { id: 'ada', name: 'Guest' }, 1);
			await store.rename('ada', 'Ada');

			expect(await store.findSession(hash)).toEqual({ id: 'ada', name: 'Ada' });
			expect(await store.findUser('ada')).toEqual({ id: 'ada', name: 'Ada' });
			expect(await store.findSession('00'.repeat(32))).toBeUndefined();
			expect(await store.findUser('bora')).toBeUndefined();
		});

		test('a used token makes no user', async () => {
			const { store } = await open();
			const hash = '00'.repeat(32);
			await store.createSession(hash, { id: 'ada', name: 'Ada' }, 1);

			await expect(store.createSession(hash, { id: 'bora', name: 'B' }, 1)).rejects.toThrow(/UNIQUE/i);
			await store.createSession('01'.repeat(32), { id: 'bora', name: 'Bora' }, 1);
		});
	});

	test(`${name}: calls about the same user are answered in their order`, async () => {
		const { store } = await open();
		const hash = '00'.repeat(32);
		const lobby = { room: 'lobby', head: 0, readSeq: 0 };
		const calls: [() => Promise<unknown>, unknown][] = [
			[() => store.createSession(hash, { id: 'ada', name: 'Guest' }, 1), undefined],
			[() => store.findSession(hash), { id: 'ada', name: 'Guest' }],
			[() => store.roomsOf('ada'), []],
			[() => store.join('ada', 'lobby', 1), lobby],
			[() => store.roomsOf('ada'), [lobby]],
			[() => append(store, message('ada', 'a')), [stored(1)]],
			[() => store.roomsOf('ada'), [{ ...lobby, head: 1 }]],
			[() => store.append([], [{ room: 'lobby', userId: 'ada', seq: 1 }]), { entries: [], cursors: [1] }],
			[() => store.join('ada', 'lobby', 1), { ...lobby, head: 1, readSeq: 1 }],
			[() => store.leave('ada', 'lobby'), 'done'],
			[() => store.roomsOf('ada'), []],
			[() => append(store, message('ada', 'b')), [FORBIDDEN]],
			[() => store.rename('ada', 'Ada'), undefined],
			[() => store.findUser('ada'), { id: 'ada', name: 'Ada' }],
			[() => store.findSession(hash), { id: 'ada', name: 'Ada' }]
		];
		const order: number[] = [];
		const answers = await Promise.all(
			calls.map(async ([call], index) => {
				const answer = await call();
				order.push(index);
				return answer;
			})
		);
		expect(answers).toMatchObject(calls.map(([, expected]) => expected));
		expect(order).toEqual([...calls.keys()]);
	});

	test(`${name}: any sequence of appends, joins, leaves and reads agrees with a model`, async () => {
		const { store } = await open();
		let run = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
				// Each run has its own rooms and people instead of its own store.
				const world = await createWorld(store, (run += 1));
				for (const each of steps) await each(store, world);
				for (const room of ROOMS.map(world.own)) {
					const log = world.model.log(room);
					expect(await readEntries(store, room)).toEqual(log);
					for (const userId of ['ada', 'bora'].map(world.own)) {
						const all = world.model.page(room, userId, { after: 0 }, 200);
						expect(await store.readPage(userId, room, { after: 0 }, 200)).toEqual(all);
					}
					const places = Array.from({ length: log.length + 1 }, (_, seq) => ({ room, seq }));
					expect(await store.saidAt(places)).toEqual(places.map(({ seq }) => world.model.saidAt(room, seq)));
				}
			}),
			{ numRuns: 200 }
		);
	}, 30_000);

	test(`${name}: [FOLD-2] folding the log, or the entries after a page, gives the messages of the pages`, async () => {
		const { store } = await open();
		let run = 0;
		await fc.assert(
			fc.asyncProperty(scripts(60), (script) => checkScript(store, `room-${(run += 1)}`, script)),
			{ numRuns: 40 }
		);
	}, 30_000);

	test(`${name}: [DM-6] folding the entries of a direct room gives the pages of each person, whoever is blocked`, async () => {
		const { store } = await open();
		let run = 0;
		await fc.assert(
			fc.asyncProperty(scripts(60), async (script) => {
				const people = await meet(store, (run += 1));
				await checkScript(store, people.direct, script, { ...people, chan: 'chan' });
			}),
			{ numRuns: 40 }
		);
	}, 30_000);
}

const ROOMS = ['lobby', 'attic', '광장', 'direct'];

/** A model, and the names of rooms and people in a run. */
interface World {
	model: Model;
	own: (name: string) => string;
}

/** Two people of a run who share a room, and the identifier of their direct room. */
async function meet(store: Store, run: number): Promise<Record<'ada' | 'bora' | 'direct', string>> {
	const idOf = (number: number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
	const [ada, bora] = [idOf(2 * run), idOf(2 * run + 1)];
	for (const [index, id] of [ada, bora].entries()) {
		await store.createSession((2 * run + index).toString(16).padStart(64, '0'), { id, name: id }, 1);
		await store.join(id, `hall-${run}`, 1);
	}
	return { ada, bora, direct: directRoomOf(ada, bora) ?? '' };
}

/** A world in which Ada and Bora have their direct room from the start. */
async function createWorld(store: Store, run: number): Promise<World> {
	const people = await meet(store, run);
	const own = (each: string) => (each in people ? people[each as keyof typeof people] : `${each}-${run}`);
	const model = new Model();
	await store.join(people.ada, people.direct, 1);
	for (const id of [people.ada, people.bora]) model.join(id, people.direct);
	return { model, own };
}

type Step = (store: Store, world: World) => Promise<void>;

const room = fc.constantFrom(...ROOMS, 'direct');
const seq = fc.nat(12);
const user = fc.constantFrom('ada', 'bora');
const who = fc.record({ user, room });
const said = fc.record({
	who,
	kind: fc.constantFrom<EntryKind>(...KINDS, 'message', 'message', 'edit', 'reaction', 'reaction'),
	id: fc.nat(60),
	of: fc.record({ author: user, id: fc.nat(4).map(String) }),
	content: fc.nat(4),
	sentAt: fc.nat(99)
});

const appending = fc
	.record({
		batch: fc.array(said, { maxLength: 8, size: 'max' }),
		marks: fc.array(fc.record({ who, seq }), { maxLength: 2 })
	})
	.map(({ batch, marks }): Step => async (store, { model, own }) => {
		const entries = batch.map(({ who: one, kind, id, of, content, sentAt }) => {
			const named: Target = { author: own(of.author), id: of.id };
			const more = { room: own(one.room), sentAt };
			// `contentOf` returns the content of this kind.
			return entryOf(kind, own(one.user), idOf(kind, id), contentOf(kind, named, content), more) as NewEntry;
		});
		const cursors = marks.map((mark) => ({ userId: own(mark.who.user), room: own(mark.who.room), seq: mark.seq }));
		const expected = {
			entries: entries.map((each) => model.append(each)),
			cursors: cursors.map((each) => model.move(each.userId, each.room, each.seq))
		};
		expect(await store.append(entries, cursors)).toEqual(expected);
	});

/** One of a few ids. A change sometimes has the id of a message. */
function idOf(kind: EntryKind, number: number): string {
	return String(kind === 'message' ? number % 5 : number);
}

const joining = who.map((one): Step => async (store, { model, own }) => {
	const [userId, where] = [own(one.user), own(one.room)];
	const readSeq = model.join(userId, where);
	const expected = { room: where, readSeq, head: model.log(where).length, said: model.said(where) };
	expect(await store.join(userId, where, 1)).toMatchObject(expected);
});

const leaving = who.map((one): Step => async (store, { model, own }) => {
	const [userId, where] = [own(one.user), own(one.room)];
	if (one.room !== 'direct') model.leave(userId, where);
	expect(await store.leave(userId, where)).toBe(one.room === 'direct' ? 'forbidden' : 'done');
});

const blocking = fc
	.record({ user, isBlocked: fc.boolean() })
	.map(({ user: by, isBlocked }): Step => async (store, { model, own }) => {
		const [userId, other] = [own(by), own(by === 'ada' ? 'bora' : 'ada')];
		model.block(userId, other, isBlocked);
		expect(await store.block(userId, other, isBlocked)).toBe('done');
		expect(await store.blockedBy(userId)).toEqual(isBlocked ? [other] : []);
	});

const reading = fc
	.record({
		who,
		anchor: seq,
		limit: fc.integer({ min: 1, max: 12 }),
		kind: fc.constantFrom('before' as const, 'after' as const, 'around' as const)
	})
	.map(({ anchor, limit, kind, ...one }): Step => async (store, { model, own }) => {
		const [userId, where] = [own(one.who.user), own(one.who.room)];
		if (kind !== 'around') {
			const range = kind === 'before' ? { before: anchor } : { after: anchor };
			expect(await store.readPage(userId, where, range, limit)).toEqual(model.page(where, userId, range, limit));
			return;
		}
		const page = await store.readPage(userId, where, { around: anchor }, limit);
		const all = model.page(where, userId, { after: 0 }, 1_000)?.messages;
		if (!page || !all) {
			expect([page, all]).toEqual([null, undefined]);
			return;
		}
		const { head, from, to, messages } = page;
		const first = all.findIndex((each) => each.seq === messages[0]?.seq);
		const next = all[first + messages.length];
		expect(messages).toEqual(all.slice(Math.max(first, 0), first + messages.length));
		expect(messages).toHaveLength(Math.min(limit, all.length));
		expect([from, to]).toEqual([messages[0]?.seq ?? 1, next ? next.seq - 1 : head]);
		const nearest = all.find((each) => each.seq >= Math.min(anchor, head)) ?? all.at(-1);
		if (nearest) expect(messages).toContainEqual(nearest);
	});

const step = fc.oneof(
	{ weight: 3, arbitrary: appending },
	{ weight: 2, arbitrary: joining },
	leaving,
	blocking,
	reading
);

function bytes(messages: readonly Message[]): number {
	return messages.reduce((sum, each) => sum + wireBytes(each), 0);
}

function expectConsecutive(messages: readonly Message[]): void {
	const first = messages[0]?.seq ?? 0;
	expect(seqsOf(messages)).toEqual(messages.map((_, index) => first + index));
}
