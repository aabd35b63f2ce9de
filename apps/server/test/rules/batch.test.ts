import { directRoomOf, MAX_REACTIONS, type EntryKind } from '@digda/protocol';
import { KINDS } from '@digda/testkit/entries.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideBatch, isSure, type BatchState, type BatchWrites } from '../../src/rules/batch.ts';
import { needsOf } from '../../src/rules/needs.ts';
import type { ChangeRow, MessageRow } from '../../src/store/entry-rows.ts';
import type { Appended, NewEntry } from '../../src/store/store.ts';
import { contentOf, deletion, edit, entryOf, message, reaction, target } from '../store/support/entries.ts';

const LOBBY = {
	...{ room: 'lobby', title: 'lobby', ownerId: null, isPrivate: false },
	...{ head: 4, said: 2, lastDeletion: 0, lastAt: 5_000, closedAt: null, emptiedTo: 0, topicSeq: 0, topic: '' }
};
const ATTIC = { ...LOBBY, room: '~attic', ownerId: 'ada', isPrivate: true, head: 1, said: 1 };

const messageRow = (room: string, seq: number, authorId: string, more: Partial<MessageRow> = {}): MessageRow => ({
	...{ room, seq, id: `${room} ${seq}`, authorId, authorName: authorId, sentAt: seq, said: seq, hidden: 0 },
	...{ changed: seq, editedAt: null, textSeq: seq, replyTo: null, isTopic: 0 },
	...{ text: `text ${seq}`, original: null, mentions: '', originalMentions: null, folded: '' },
	...more
});

const changeRow = (seq: number, authorId: string, kind: EntryKind, more: Partial<ChangeRow> = {}): ChangeRow => ({
	...{ room: 'lobby', seq, id: `lobby ${seq}`, authorId, authorName: authorId, kind, sentAt: seq, said: 2, hidden: 0 },
	...{ target: 1, targetAuthor: 'ada', targetId: 'lobby 1', content: '' },
	...more
});

/**
 * Ada and Bora are in the lobby, and each has sent a message there. Ada has edited hers, and Bora has reacted to it. Ada
 * owns the attic, where Bora has sent a message.
 */
function world(): BatchState {
	const member = (userId: string, room: string, head: number) => ({ userId, room, readSeq: 0, head });
	const folded = JSON.stringify({ reactions: [{ emoji: '👍', count: 1, people: [{ id: 'bora', name: 'bora' }] }] });
	return {
		rooms: [LOBBY, ATTIC],
		memberships: [
			member('ada', 'lobby', 4),
			member('bora', 'lobby', 4),
			member('ada', '~attic', 1),
			member('bora', '~attic', 1)
		],
		messages: [
			messageRow('lobby', 1, 'ada', {
				text: 'edited',
				original: 'text 1',
				originalMentions: '',
				editedAt: 3,
				textSeq: 3,
				changed: 4,
				folded
			}),
			messageRow('lobby', 2, 'bora'),
			messageRow('~attic', 1, 'bora')
		],
		changes: [
			changeRow(3, 'ada', 'edit', { content: '{"text":"edited"}' }),
			changeRow(4, 'bora', 'reaction', { content: '{"emoji":"👍","isSet":true}' })
		],
		marks: [{ room: 'lobby', target: 1, userId: 'bora', mark: '👍' }],
		blocks: []
	};
}

const MINE = target('ada', 'lobby 1');
const OF_BORA = target('bora', 'lobby 2');

const decide = (...entries: NewEntry[]) => decideBatch(world(), entries, []);
const codes = (entries: Appended[]) => entries.map((each) => (each.ok ? 'ok' : each.code));

/** The writes of a batch that changes nothing. */
const NO_WRITES: BatchWrites = {
	...{ messages: [], changes: [], changed: [], marks: [], mentions: [], erased: [], rooms: [], cursors: [] }
};

test('[SEND-4] each room numbers its entries in the order of the batch', () => {
	const { outcome, writes } = decide(
		message('ada', 'a'),
		reaction('ada', 'b', OF_BORA, '👍'),
		message('bora', 'c', { room: '~attic' }),
		message('ada', 'd')
	);
	expect(outcome.entries).toMatchObject([
		{ seq: 5, said: 3 },
		{ seq: 6, said: 3, target: 2 },
		{ seq: 2, said: 2 },
		{ seq: 7, said: 4 }
	]);
	expect(writes.rooms).toMatchObject([
		{ room: 'lobby', head: 7, said: 4 },
		{ room: '~attic', head: 2, said: 2 }
	]);
	expect(writes.messages.map(({ room, seq, id }) => `${room} ${seq} ${id}`)).toEqual([
		...['lobby 5 a', '~attic 2 c', 'lobby 7 d']
	]);
	expect(writes.changes.map(({ room, seq, id }) => `${room} ${seq} ${id}`)).toEqual(['lobby 6 b']);
});

test('[ROOM-2] lastAt of a room is rounded to a second, and moved by messages alone', () => {
	const lastAt = (...entries: NewEntry[]) => decide(...entries).writes.rooms.map((room) => room.lastAt);
	expect(lastAt(message('ada', 'a', { sentAt: 5_999 }))).toEqual([null]);
	expect(lastAt(message('ada', 'a', { sentAt: 7_999 }), message('ada', 'b', { sentAt: 1 }))).toEqual([7_000]);
	for (const kind of KINDS.filter((each) => each !== 'message')) {
		// `contentOf` returns the content of this kind.
		const change = entryOf(kind, 'ada', 'a', contentOf(kind, MINE, 0), { sentAt: 99_999 }) as NewEntry;
		expect(lastAt(change), kind).toEqual([null]);
	}
});

test('[KEPT-1] lastDeletion of a room is the seq of its newest deletion', () => {
	const lastDeletion = (...entries: NewEntry[]) => decide(...entries).writes.rooms.map((room) => room.lastDeletion);
	expect(lastDeletion(message('ada', 'a'), reaction('ada', 'b', MINE, '🎉'), edit('ada', 'c', MINE, 'x'))).toEqual([0]);
	expect(lastDeletion(deletion('ada', 'a', MINE), deletion('bora', 'b', OF_BORA), message('ada', 'c'))).toEqual([6]);
	expect(lastDeletion(message('ada', 'c'), deletion('ada', 'a', MINE), deletion('ada', 'b', MINE))).toEqual([6]);
});

test('[SEND-2] answers a stored message with its seq, within a batch too, and with any text once it was emptied', () => {
	const again = { id: 'lobby 1', author: { id: 'ada', name: 'ada' } };
	const { outcome, writes } = decide(
		message('ada', 'x', { ...again, text: 'text 1' }),
		message('ada', 'a'),
		message('ada', 'a')
	);
	expect(outcome.entries).toMatchObject([
		{ seq: 1, isNew: false, sentAt: 1, said: 1 },
		{ seq: 5, isNew: true },
		{ seq: 5, isNew: false }
	]);
	expect(writes.messages).toHaveLength(1);
	const emptied = { ...world(), messages: [messageRow('lobby', 1, 'ada', { text: '' })] };
	expect(decideBatch(emptied, [message('ada', 'x', { ...again, text: 'whatever' })], []).outcome.entries).toMatchObject(
		[{ seq: 1, isNew: false }]
	);
});

test('[SEND-2] answers a stored change with its seq, and with any content once it was erased', () => {
	const same = [edit('ada', 'lobby 3', MINE, 'edited'), reaction('bora', 'lobby 4', MINE, '👍')];
	const other = [
		edit('ada', 'lobby 3', MINE, 'other'),
		reaction('bora', 'lobby 4', MINE, '🎉'),
		reaction('bora', 'lobby 4', MINE, '👍', { isSet: false })
	];
	const { outcome, writes } = decide(...same, ...other);
	expect(outcome.entries).toMatchObject([
		{ seq: 3, isNew: false, sentAt: 3 },
		{ seq: 4, isNew: false, sentAt: 4 },
		...other.map(() => ({ code: 'id_reused' }))
	]);
	expect(writes).toEqual(NO_WRITES);
	// The batch itself has erased the changes.
	expect(decide(deletion('ada', 'd', MINE), ...other).outcome.entries).toMatchObject([
		{ seq: 5, isNew: true },
		{ seq: 3, isNew: false },
		{ seq: 4, isNew: false },
		{ seq: 4, isNew: false }
	]);
	const erased = {
		...world(),
		messages: [messageRow('lobby', 1, 'ada', { text: '', changed: 5 })],
		changes: world().changes.map((row) => ({ ...row, content: '' }))
	};
	expect(codes(decideBatch(erased, other, []).outcome.entries)).toEqual(['ok', 'ok', 'ok']);
});

test('[SEND-3] an id stands for one entry in one room', () => {
	const { outcome, writes } = decide(
		message('ada', 'lobby 1', { text: 'edited' }),
		message('ada', 'lobby 1', { room: '~attic', text: 'text 1' }),
		...[edit('ada', 'lobby 1', MINE, 'text 1'), deletion('ada', 'lobby 1', MINE)],
		...[message('ada', 'lobby 3', { text: 'edited' }), reaction('ada', 'lobby 3', MINE, '👍')],
		...[edit('ada', 'lobby 3', target('bora', 'lobby 2'), 'edited'), deletion('ada', 'lobby 3', MINE)]
	);
	expect(codes(outcome.entries)).toEqual(Array<string>(8).fill('id_reused'));
	expect(writes).toEqual(NO_WRITES);
});

describe('[DEL-3] a deletion', () => {
	test.for<[string, NewEntry, string]>([
		['by the author', deletion('ada', 'd', MINE), 'ok'],
		['by another member', deletion('ada', 'd', OF_BORA), 'forbidden'],
		['by the owner of the room', deletion('ada', 'd', target('bora', '~attic 1'), { room: '~attic' }), 'ok'],
		['by an operator who is no member', deletion('root', 'd', OF_BORA, { isOperator: true }), 'ok'],
		['in a room of others', deletion('chan', 'd', MINE), 'forbidden'],
		['in a private room of others', deletion('chan', 'd', target('bora', '~attic 1'), { room: '~attic' }), 'not_found'],
		['of a missing message', deletion('ada', 'd', target('ada', 'nothing')), 'not_found'],
		['of a message of another room', deletion('ada', 'd', MINE, { room: '~attic' }), 'not_found'],
		['of a change', deletion('ada', 'd', target('ada', 'lobby 3')), 'not_found'],
		['in a missing room', deletion('ada', 'd', MINE, { room: 'nowhere' }), 'not_found']
	])('%s', ([, request, expected]) => {
		const { outcome, writes } = decide(request);
		expect(codes(outcome.entries)).toEqual([expected]);
		if (expected !== 'ok') {
			expect(writes).toEqual(NO_WRITES);
			return;
		}
		const [{ seq, text, original, folded } = messageRow('', 0, '')] = writes.changed;
		expect([text, original, folded]).toEqual(['', null, '']);
		expect(writes.erased).toEqual([{ room: request.room, seq }]);
		expect(writes.changes).toMatchObject([{ kind: 'delete', target: seq, content: '' }]);
	});
});

describe('[DEL-2] a deleted message', () => {
	test('answers with the first deletion, and is gone for every other change', () => {
		const { outcome, writes } = decide(
			deletion('ada', 'd1', MINE),
			deletion('ada', 'd2', MINE),
			edit('ada', 'e', MINE, 'x'),
			reaction('bora', 'r1', MINE, '🎉'),
			reaction('bora', 'r2', MINE, '👍', { isSet: false })
		);
		expect(outcome.entries).toMatchObject([
			{ seq: 5, isNew: true },
			{ seq: 5, isNew: false },
			...[{ code: 'gone' }, { code: 'gone' }, { code: 'gone' }]
		]);
		expect(writes.changes).toHaveLength(1);
	});

	test('is written without text, versions and reactions when its own batch deletes it', () => {
		const of = target('ada', 'a');
		const { outcome, writes } = decide(
			message('ada', 'a', { text: 'the first secret' }),
			edit('ada', 'e', of, 'another secret'),
			reaction('bora', 'r', of, '🤫'),
			reaction('bora', 'other', MINE, '🎉'),
			deletion('ada', 'd', of)
		);
		expect(codes(outcome.entries)).toEqual(Array<string>(5).fill('ok'));
		expect(JSON.stringify(writes)).not.toMatch(/secret|🤫/u);
		expect(writes.changes.map(({ id }) => id)).toEqual(['e', 'r', 'other', 'd']);
		expect(writes.marks).toMatchObject([{ mark: '🎉' }]);
	});

	test('is not found in a closed room', () => {
		const state = { ...world(), rooms: [{ ...LOBBY, closedAt: 3 }] };
		expect(codes(decideBatch(state, [deletion('ada', 'd', MINE)], []).outcome.entries)).toEqual(['not_found']);
	});
});

describe('[EDIT-1] an edit', () => {
	test('keeps the first text, also after further edits', () => {
		const { writes } = decide(edit('ada', 'e1', MINE, 'second', { sentAt: 7 }), edit('ada', 'e2', MINE, 'third'));
		expect(writes.changed).toMatchObject([{ seq: 1, text: 'third', original: 'text 1', editedAt: 1_000, changed: 6 }]);
		expect(writes.changes.map(({ content }) => content)).toEqual(['{"text":"second"}', '{"text":"third"}']);
	});

	test.for<[string, NewEntry, string]>([
		['by another member', edit('bora', 'e', MINE, 'x'), 'forbidden'],
		['by the owner of the room', edit('ada', 'e', target('bora', '~attic 1'), 'x', { room: '~attic' }), 'forbidden'],
		['by an operator', edit('root', 'e', MINE, 'x', { isOperator: true }), 'forbidden'],
		['of a missing message', edit('ada', 'e', target('ada', 'nothing'), 'x'), 'not_found']
	])('%s is rejected', ([, entry, code]) => {
		const { outcome, writes } = decide(entry);
		expect([codes(outcome.entries), writes]).toEqual([[code], NO_WRITES]);
	});
});

describe('[FOLD-3] a change that asks for the present state', () => {
	test.for<[string, NewEntry]>([
		['a text', edit('ada', 'a', MINE, 'edited')],
		['a reaction that is set', reaction('bora', 'a', MINE, '👍')],
		['a reaction that is not set', reaction('ada', 'a', MINE, '👍', { isSet: false })]
	])('returns the seq of the last change and writes nothing: %s', ([, entry]) => {
		const { outcome, writes } = decide(entry);
		expect(outcome.entries).toMatchObject([{ ok: true, isNew: false, seq: 4 }]);
		expect(writes).toEqual(NO_WRITES);
	});
});

test('[REACT-1] rejects one reaction too many, and accepts more people with an existing one', () => {
	const emojis = Array.from({ length: MAX_REACTIONS }, (_, index) => String.fromCodePoint(0x1f600 + index));
	const set = emojis.map((emoji, index) => reaction('ada', `r${index}`, OF_BORA, emoji));
	const { outcome } = decide(
		...set,
		reaction('ada', 'late', OF_BORA, '👍'),
		reaction('bora', 'same', OF_BORA, emojis[0] ?? ''),
		reaction('ada', 'unset', OF_BORA, emojis[1] ?? '', { isSet: false }),
		reaction('ada', 'late', OF_BORA, '👍')
	);
	expect(codes(outcome.entries)).toEqual([...set.map(() => 'ok'), 'full', 'ok', 'ok', 'ok']);
});

test('[REACT-2] a reaction that is set and unset in one batch is written in its final state', () => {
	const unset = { isSet: false };
	const { writes } = decide(
		reaction('ada', 'a', MINE, '🎉'),
		reaction('ada', 'b', MINE, '🎉', unset),
		reaction('bora', 'c', MINE, '👍', unset),
		reaction('bora', 'd', MINE, '👍')
	);
	expect(writes.changes).toHaveLength(4);
	expect(writes.marks).toEqual([
		{ room: 'lobby', target: 1, userId: 'ada', mark: '🎉', isSet: false },
		{ room: 'lobby', target: 1, userId: 'bora', mark: '👍', isSet: true }
	]);
	expect(writes.changed.map(({ folded }) => JSON.parse(folded) as unknown)).toEqual([
		{ reactions: [{ emoji: '👍', count: 1, people: [{ id: 'bora', name: 'bora' }] }] }
	]);
});

test('[READ-2] a read cursor goes forward, up to the new head, for members alone', () => {
	const cursor = (userId: string, room: string, seq: number) => ({ userId, room, seq });
	const cursors = [
		cursor('ada', 'lobby', 9),
		cursor('ada', 'lobby', 1),
		cursor('bora', '~attic', 9),
		cursor('chan', 'lobby', 1)
	];
	const { outcome, writes } = decideBatch(world(), [message('ada', 'a')], cursors);
	expect(outcome.cursors).toEqual([5, 5, 1, null]);
	expect(writes.cursors).toMatchObject([
		{ userId: 'ada', readSeq: 5 },
		{ userId: 'bora', readSeq: 1 }
	]);
});

test('decides a batch as its entries in sequence, from the rows that it needs alone', () => {
	// Ada and the messages of the lobby are more frequent.
	const someone = fc.constantFrom('ada', 'ada', 'ada', 'bora', 'chan');
	const ids = ['a', 'b', 'lobby 1', 'lobby 2', 'lobby 3', 'lobby 4'];
	const targets = [MINE, MINE, OF_BORA, target('ada', 'a'), target('bora', 'a'), target('bora', '~attic 1')];
	const entries = fc.array(
		fc
			.record({
				kind: fc.constantFrom<EntryKind>(...KINDS, 'message', 'reaction'),
				by: someone,
				id: fc.constantFrom(...ids, 'c', 'd', 'e'),
				of: fc.constantFrom(...targets, target('ada', 'lobby 3')),
				content: fc.nat(5),
				room: fc.constantFrom('lobby', 'lobby', 'lobby', '~attic', 'nowhere'),
				isOperator: fc.nat(9).map((number) => number === 0)
			})
			.map(({ kind, by, id, of, content, ...more }): NewEntry => {
				const known = { message: { text: 'text 1' }, edit: { target: of, text: 'edited' } };
				const chosen = content === 5 && (kind === 'message' || kind === 'edit') && known[kind];
				// `contentOf` returns the content of this kind.
				return { ...entryOf(kind, by, id, contentOf(kind, of, content), more), ...chosen } as NewEntry;
			}),
		{ maxLength: 16 }
	);
	fc.assert(
		fc.property(entries, (batch) => {
			const { outcome, writes } = decideBatch(restricted(world(), batch), batch, []);
			let state = world();
			const single = batch.map((each) => {
				const decided = decideBatch(restricted(state, [each]), [each], []);
				state = written(state, decided.writes);
				return decided.outcome.entries[0];
			});
			expect(outcome.entries).toEqual(single);
			expect(sorted(written(world(), writes))).toEqual(sorted(state));

			// Without the rows of the ids, a sure decision is right if the store knows none of them.
			const blind = decideBatch(restricted(world(), batch, false), batch, []);
			if (isSure(blind.outcome) && !hasKnownId(batch)) expect(blind).toEqual({ outcome, writes });
		}),
		{ numRuns: 1_000 }
	);
});

function hasKnownId(batch: readonly NewEntry[]): boolean {
	const { messages, changes } = world();
	return batch.some(({ author, id }) =>
		[...messages, ...changes].some((row) => row.authorId === author.id && row.id === id)
	);
}

/** The part of a state that a batch needs. */
function restricted(
	{ rooms, memberships, messages, changes, marks, blocks }: BatchState,
	batch: readonly NewEntry[],
	areIdsKnown = true
): BatchState {
	const needs = needsOf(batch, []);
	const ids = areIdsKnown ? needs.ids : [];
	const isNamed = (names: typeof ids, row: { id: string; authorId: string }) =>
		names.some(({ id, authorId }) => id === row.id && authorId === row.authorId);
	return {
		rooms: rooms.filter(({ room }) => needs.rooms.includes(room)),
		blocks,
		memberships: memberships.filter((each) =>
			needs.memberships.some(({ userId, room }) => userId === each.userId && room === each.room)
		),
		messages: messages.filter((row) => isNamed([...needs.targets, ...ids], row)),
		changes: changes.filter((row) => isNamed(ids, row)),
		marks: marks.filter(({ room, target: seq, userId }) => {
			const of = messages.find((row) => row.room === room && row.seq === seq);
			return (
				of &&
				isNamed(
					needs.marks.filter((need) => need.userId === userId),
					of
				)
			);
		})
	};
}

/** A state after the writes of a batch. */
function written(state: BatchState, writes: BatchWrites): BatchState {
	const heads = new Map(writes.rooms.map(({ room, ...changed }) => [room, changed]));
	const isErased = (room: string, seq: number) => writes.erased.some((each) => each.room === room && each.seq === seq);
	const changed = new Map(writes.changed.map((row) => [`${row.room} ${row.seq}`, row]));
	const messages = state.messages.map((row) => changed.get(`${row.room} ${row.seq}`) ?? row);
	const marks = new Map(state.marks.map((row) => [keyOf(row), row]));
	for (const { isSet, ...row } of writes.marks) {
		if (isSet) marks.set(keyOf(row), row);
		else marks.delete(keyOf(row));
	}
	return {
		...state,
		rooms: state.rooms.map((room) => {
			const { lastAt, topic, topicSeq, ...head } = heads.get(room.room) ?? {};
			const now = { lastAt: lastAt ?? room.lastAt, topic: topic ?? room.topic, topicSeq: topicSeq ?? room.topicSeq };
			return { ...room, ...head, ...now };
		}),
		messages: [...messages, ...writes.messages],
		changes: [...state.changes, ...writes.changes].map((row) =>
			isErased(row.room, row.target) ? { ...row, content: '' } : row
		),
		marks: [...marks.values()].filter((row) => !isErased(row.room, row.target))
	};
}

function keyOf({ room, target: of, userId, mark }: BatchState['marks'][number]): string {
	return JSON.stringify({ room, target: of, userId, mark });
}

function sorted({ rooms, messages, changes, marks }: BatchState) {
	const byPlace = <Row extends { room: string; seq: number }>(rows: readonly Row[]) =>
		rows.toSorted((one, other) => one.room.localeCompare(other.room) || one.seq - other.seq);
	const set = marks.map(keyOf).sort();
	return { rooms, messages: byPlace(messages), changes: byPlace(changes), marks: set };
}

describe('blocks', () => {
	const [ANN, BEN] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
	const room = directRoomOf(ANN, BEN) ?? '';

	/** Ben blocks Ann in their direct room. Each has sent a message before, and Ann another one that is hidden. */
	function direct(blocks = [{ userId: BEN, blockedId: ANN }]): BatchState {
		return {
			rooms: [{ ...LOBBY, room, title: '', isPrivate: true, head: 3, said: 2 }],
			memberships: [ANN, BEN].map((userId) => ({ userId, room, readSeq: 0, head: 3 })),
			messages: [messageRow(room, 1, ANN), messageRow(room, 2, BEN), messageRow(room, 3, ANN, { said: 2, hidden: 1 })],
			...{ changes: [], marks: [], blocks }
		};
	}
	const seen = target(ANN, `${room} 1`);
	const ofBen = target(BEN, `${room} 2`);
	const hidden = target(ANN, `${room} 3`);
	const nothing = { messages: [], changes: [], changed: [], rooms: [] };

	test('[DM-6] a message of a blocked person is stored as hidden, and does not count', () => {
		const { outcome, writes } = decideBatch(direct(), [message(ANN, 'new', { room, sentAt: 99_000 })], []);
		expect(outcome.entries).toEqual([{ ok: true, isNew: true, seq: 4, sentAt: 99_000, said: 2, isHidden: true }]);
		const room4 = { head: 4, said: 2, lastAt: null };
		expect(writes).toMatchObject({ messages: [{ seq: 4, said: 2, hidden: 1 }], rooms: [room4] });
	});

	test('[DM-6] a message of the person who blocks, and one after the block, is a message like any other', () => {
		const entries = [message(BEN, 'new', { room }), message(ANN, 'new', { room })];
		expect(decideBatch(direct(), entries.slice(0, 1), []).writes.messages).toMatchObject([{ said: 3, hidden: 0 }]);
		expect(decideBatch(direct([]), entries.slice(1), []).writes.messages).toMatchObject([{ said: 3, hidden: 0 }]);
	});

	test.for([
		['an edit of their message', edit(ANN, 'new', seen, 'x', { room })],
		['a reaction to their message', reaction(ANN, 'new', seen, '👍', { room })],
		['a reaction to a message of the other person', reaction(ANN, 'new', ofBen, '👍', { room })],
		['a topic', entryOf('topic', ANN, 'new', { text: 'x' }, { room })]
	] as const)('[DM-7] a blocked person gets an answer to %s, and nothing changes', ([, entry]) => {
		const { outcome, writes } = decideBatch(direct(), [entry], []);
		expect(outcome.entries).toMatchObject([{ ok: true, isNew: false }]);
		expect(writes).toMatchObject(nothing);
		expect(decideBatch(direct([]), [entry], []).outcome.entries).toMatchObject([{ isNew: true, seq: 4 }]);
	});

	test('[DM-9] a hidden message mentions nobody, before and after an edit', () => {
		const mentions = [{ id: BEN, name: 'Ben' }];
		const say = message(ANN, 'new', { room, text: '@Ben', mentions });
		const change = { ...edit(ANN, 'new', hidden, '@Ben', { room }), mentions };
		for (const entry of [say, change]) expect(decideBatch(direct(), [entry], []).writes.mentions).toEqual([]);
		expect(decideBatch(direct([]), [say], []).writes.mentions).toMatchObject([{ seq: 4, userId: BEN, isSet: true }]);
	});

	test('[DM-9] the author alone replies to a hidden message, and the reply is hidden during the block alone', () => {
		const reply = (author: string) => message(author, 'new', { room, replyTo: hidden });
		for (const blocks of [undefined, []]) {
			const { outcome, writes } = decideBatch(direct(blocks), [reply(ANN)], []);
			expect(outcome.entries).toMatchObject([{ ok: true, seq: 4, quote: { seq: 3, text: 'text 3', isHidden: true } }]);
			expect(writes.messages).toMatchObject([{ hidden: blocks ? 0 : 1, replyTo: 3 }]);
			expect(decideBatch(direct(blocks), [reply(BEN)], []).outcome.entries).toEqual([{ ok: false, code: 'no_source' }]);
		}
	});

	test('[DM-7] a blocked person deletes what the other person sees', () => {
		const { outcome, writes } = decideBatch(direct(), [deletion(ANN, 'new', seen, { room })], []);
		expect(outcome.entries).toEqual([{ ok: true, isNew: true, seq: 4, sentAt: 1_000, said: 2, target: 1 }]);
		expect(writes).toMatchObject({ changed: [{ seq: 1, text: '' }], changes: [{ hidden: 0 }] });
	});

	test('[DM-6] the author alone changes a hidden message, also after the block, and the changes are hidden', () => {
		for (const blocks of [undefined, []]) {
			for (const change of [edit(ANN, 'new', hidden, 'x', { room }), deletion(ANN, 'new', hidden, { room })]) {
				const { outcome, writes } = decideBatch(direct(blocks), [change], []);
				expect(outcome.entries).toMatchObject([{ isNew: true, seq: 4, isHidden: true }]);
				expect(writes.changes).toMatchObject([{ hidden: 1, target: 3 }]);
			}
			const reply = decideBatch(direct(blocks), [reaction(BEN, 'new', hidden, '👍', { room })], []).outcome.entries;
			expect(reply).toEqual([{ ok: false, code: 'not_found' }]);
		}
	});
});
