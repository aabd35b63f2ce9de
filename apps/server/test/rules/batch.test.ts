import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideBatch, isSure, needsOf, type BatchState, type EntryRow } from '../../src/rules/batch.ts';
import type { Appended, NewDeletion, NewEntry } from '../../src/store/store.ts';
import { message } from '../store/contract.ts';

const LOBBY = {
	...{ room: 'lobby', title: 'lobby', ownerId: null, isPrivate: false },
	...{ head: 2, lastAt: 5_000, closedAt: null, emptiedTo: 0 }
};
const ATTIC = { ...LOBBY, room: '~attic', ownerId: 'ada', isPrivate: true, head: 1 };

const entry = (room: string, seq: number, authorId: string, more: Partial<EntryRow> = {}): EntryRow => ({
	...{ room, seq, id: `${room} ${seq}`, authorId, authorName: authorId, text: `text ${seq}`, sentAt: seq },
	...{ deletes: null, ...more }
});

/** Ada and Bora are in the lobby, where each has said something; Ada owns the attic, where Bora has said something. */
function world(): BatchState {
	const member = (userId: string, room: string, head: number) => ({ userId, room, readSeq: 0, head });
	return {
		rooms: [LOBBY, ATTIC],
		memberships: [
			member('ada', 'lobby', 2),
			member('bora', 'lobby', 2),
			member('ada', '~attic', 1),
			member('bora', '~attic', 1)
		],
		entries: [entry('lobby', 1, 'ada'), entry('lobby', 2, 'bora'), entry('~attic', 1, 'bora')]
	};
}

const deletion = (author: string, target: number, more: Partial<NewDeletion> = {}): NewDeletion => ({
	...{ kind: 'delete', room: 'lobby', id: `gone ${target}`, author: { id: author, name: author }, sentAt: 9 },
	...{ isOperator: false, target, ...more }
});

const decide = (...entries: NewEntry[]) => decideBatch(world(), entries, []);
const codes = (entries: Appended[]) => entries.map((each) => (each.ok ? 'ok' : each.code));

test('[SEND-4] each room gives the next numbers, in the order of the batch', () => {
	const { outcome, writes } = decide(
		message('ada', 'a'),
		message('bora', 'b', { room: '~attic' }),
		message('ada', 'c')
	);
	expect(outcome.entries).toMatchObject([{ seq: 3 }, { seq: 2 }, { seq: 4 }]);
	expect(writes.rooms).toMatchObject([
		{ room: 'lobby', head: 4 },
		{ room: '~attic', head: 2 }
	]);
	expect(writes.entries.map(({ room, seq, id }) => `${room} ${seq} ${id}`)).toEqual([
		'lobby 3 a',
		'~attic 2 b',
		'lobby 4 c'
	]);
});

test('[ROOM-2] the activity of a room is known to the second, and only messages are activity', () => {
	expect(decide(message('ada', 'a', { sentAt: 5_999 })).writes.rooms).toEqual([
		{ room: 'lobby', head: 3, lastAt: null }
	]);
	expect(decide(message('ada', 'a', { sentAt: 7_999 }), message('ada', 'b', { sentAt: 1 })).writes.rooms).toEqual([
		{ room: 'lobby', head: 4, lastAt: 7_000 }
	]);
	expect(decide(deletion('ada', 1, { sentAt: 99_999 })).writes.rooms).toEqual([
		{ room: 'lobby', head: 3, lastAt: null }
	]);
});

test('[SEND-2] answers a message that is stored with its place, within the batch too, and whatever it says once it was emptied', () => {
	const again = { id: 'lobby 1', author: { id: 'ada', name: 'ada' } };
	const { outcome, writes } = decide(
		message('ada', 'x', { ...again, text: 'text 1' }),
		message('ada', 'a'),
		message('ada', 'a')
	);
	expect(outcome.entries).toMatchObject([
		{ seq: 1, isNew: false, sentAt: 1 },
		{ seq: 3, isNew: true },
		{ seq: 3, isNew: false }
	]);
	expect(writes.entries).toHaveLength(1);
	const emptied = { ...world(), entries: [entry('lobby', 1, 'ada', { text: '' })] };
	expect(decideBatch(emptied, [message('ada', 'x', { ...again, text: 'whatever' })], []).outcome.entries).toMatchObject(
		[{ seq: 1, isNew: false }]
	);
});

test('[SEND-3] an id stands for one message in one room, and not for a deletion', () => {
	const reused = (more: object) => message('ada', 'x', { id: 'lobby 1', author: { id: 'ada', name: 'ada' }, ...more });
	const { outcome } = decide(
		reused({ text: 'other' }),
		reused({ room: '~attic', text: 'text 1' }),
		deletion('ada', 1),
		message('ada', 'gone 1', { text: '' })
	);
	expect(codes(outcome.entries)).toEqual(['id_reused', 'id_reused', 'ok', 'id_reused']);
});

describe('[DEL-3] a message', () => {
	test.for<[string, NewDeletion, string]>([
		['of an author', deletion('ada', 1), 'ok'],
		['of somebody else', deletion('ada', 2), 'forbidden'],
		['in a room of one’s own', deletion('ada', 1, { room: '~attic' }), 'ok'],
		['of somebody else, by an operator who is no member', deletion('root', 2, { isOperator: true }), 'ok'],
		['of a room that one is not in', deletion('chan', 1), 'forbidden'],
		['of a private room that one is not in', deletion('chan', 1, { room: '~attic' }), 'not_found'],
		['that is not there', deletion('ada', 3), 'not_found'],
		['of a room that is not there', deletion('ada', 1, { room: 'nowhere' }), 'not_found']
	])('%s', ([, request, expected]) => {
		const { outcome, writes } = decide(request);
		expect(codes(outcome.entries)).toEqual([expected]);
		expect(writes.emptied).toEqual(expected === 'ok' ? [{ room: request.room, seq: request.target }] : []);
		expect(writes.entries.map(({ deletes, text }) => [deletes, text])).toEqual(
			expected === 'ok' ? [[request.target, '']] : []
		);
	});

	test('[DEL-2] deleted again is answered with the first deletion, and a deletion cannot be deleted', () => {
		const { outcome, writes } = decide(deletion('ada', 1), deletion('ada', 1, { id: 'again' }), deletion('ada', 3));
		expect(outcome.entries).toMatchObject([
			{ seq: 3, isNew: true },
			{ seq: 3, isNew: false },
			{ ok: false, code: 'invalid' }
		]);
		expect(writes.entries).toHaveLength(1);
	});

	test('of the same batch is written without its text', () => {
		const { writes } = decide(message('ada', 'a', { text: 'secret' }), deletion('ada', 3));
		expect(JSON.stringify(writes)).not.toContain('secret');
	});

	test('of a room that was closed stays', () => {
		const state = { ...world(), rooms: [{ ...LOBBY, closedAt: 3 }] };
		expect(codes(decideBatch(state, [deletion('ada', 1)], []).outcome.entries)).toEqual(['not_found']);
	});
});

test('[READ-2] a cursor goes forward, up to the head that the batch makes, for members alone', () => {
	const cursor = (userId: string, room: string, seq: number) => ({ userId, room, seq });
	const cursors = [
		cursor('ada', 'lobby', 9),
		cursor('ada', 'lobby', 1),
		cursor('bora', '~attic', 9),
		cursor('chan', 'lobby', 1)
	];
	const { outcome, writes } = decideBatch(world(), [message('ada', 'a')], cursors);
	expect(outcome.cursors).toEqual([3, 3, 1, null]);
	expect(writes.cursors).toMatchObject([
		{ userId: 'ada', readSeq: 3 },
		{ userId: 'bora', readSeq: 1 }
	]);
});

test('decides a batch as its entries one after the other, from the rows that it asks for alone', () => {
	const someone = fc.constantFrom('ada', 'bora', 'chan');
	const room = fc.constantFrom('lobby', '~attic', 'nowhere');
	const entries = fc.array(
		fc.oneof(
			fc
				.record({ by: someone, id: fc.constantFrom('a', 'b', 'lobby 1'), room, text: fc.constantFrom('x', 'text 1') })
				.map(({ by, ...more }) => message(by, more.id, more)),
			fc
				.record({ by: someone, target: fc.nat(6), room, isOperator: fc.boolean() })
				.map(({ by, target, ...more }) =>
					deletion(by, target, { ...more, id: `${by} deletes ${target} in ${more.room}` })
				)
		),
		{ maxLength: 12 }
	);
	fc.assert(
		fc.property(entries, (batch) => {
			const { outcome, writes } = decideBatch(restricted(world(), batch), batch, []);
			let state = world();
			const single = batch.map((each) => {
				const decided = decideBatch(state, [each], []);
				state = written(state, decided.writes);
				return decided.outcome.entries[0];
			});
			expect(outcome.entries).toEqual(single);
			expect(sorted(written(world(), writes))).toEqual(sorted(state));
			// Without a look at the ids, what is sure is right where no id is known.
			const blind = decideBatch(
				{ ...world(), entries: world().entries.filter(({ id }) => id !== 'lobby 1') },
				batch,
				[]
			);
			if (isSure(blind.outcome) && !batch.some(({ id }) => id === 'lobby 1')) expect(blind.outcome).toEqual(outcome);
		})
	);
});

/** Of a state what a batch asks for. */
function restricted({ rooms, memberships, entries }: BatchState, batch: readonly NewEntry[]): BatchState {
	const needs = needsOf(batch, []);
	return {
		rooms: rooms.filter(({ room }) => needs.rooms.includes(room)),
		memberships: memberships.filter((each) =>
			needs.memberships.some(({ userId, room }) => userId === each.userId && room === each.room)
		),
		entries: entries.filter(
			(each) =>
				needs.ids.some(({ id, authorId }) => id === each.id && authorId === each.authorId) ||
				needs.targets.some(({ room, seq }) => room === each.room && [each.seq, each.deletes].includes(seq))
		)
	};
}

/** A state after the writes of a batch, as an engine has it. */
function written(state: BatchState, writes: ReturnType<typeof decideBatch>['writes']): BatchState {
	const heads = new Map(writes.rooms.map(({ room, ...changed }) => [room, changed]));
	const isEmptied = ({ room, seq }: EntryRow) => writes.emptied.some((each) => each.room === room && each.seq === seq);
	return {
		...state,
		rooms: state.rooms.map((room) => {
			const changed = heads.get(room.room);
			return changed ? { ...room, head: changed.head, lastAt: changed.lastAt ?? room.lastAt } : room;
		}),
		entries: [...state.entries, ...writes.entries].map((each) => (isEmptied(each) ? { ...each, text: '' } : each))
	};
}

function sorted({ rooms, entries }: BatchState) {
	return {
		rooms,
		entries: entries.toSorted((one, other) => one.room.localeCompare(other.room) || one.seq - other.seq)
	};
}
