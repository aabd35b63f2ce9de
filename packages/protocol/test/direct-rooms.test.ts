import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { directRoomOf, isPrivateRoom, otherIn, peopleOf, RoomId } from '../src/index.ts';

const [ADA, BORA] = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'];

test('[DM-1] the identifier of a direct room follows from both ids, in any order, and leads back to them', () => {
	const room = directRoomOf(BORA, ADA);
	expect(room).toBe('~dD4-tW9nLRp-hZXCGdyiVDnyeZnl0JUDelEvgf8H5Cuc');
	expect(directRoomOf(ADA, BORA)).toBe(room);
	expect(peopleOf(room ?? '')).toEqual([ADA, BORA]);
	expect([otherIn(room ?? '', ADA), otherIn(room ?? '', BORA), otherIn(room ?? '', 'chan')]).toEqual([
		BORA,
		ADA,
		undefined
	]);
	expect([v.parse(RoomId, room), isPrivateRoom(room ?? '')]).toEqual([room, true]);
});

test('[DM-1] any two people have one identifier', () => {
	fc.assert(
		fc.property(fc.uuid(), fc.uuid(), (one, other) => {
			fc.pre(one !== other);
			const room = directRoomOf(one, other);
			expect(room).toMatch(/^~d[\w-]{43}$/);
			expect(peopleOf(room ?? '')).toEqual([one, other].toSorted());
		})
	);
});

test.for([
	['operator', ADA],
	[ADA, ADA],
	[ADA.toUpperCase(), BORA],
	['', BORA]
])('[DM-1] %s and %s have no direct room', ([one = '', other = '']) => {
	expect([directRoomOf(one, other), directRoomOf(other, one)]).toEqual([undefined, undefined]);
});

test.for([
	['with the ids in the other order', '~dfJ5meXQlQN6US-B_wfkK5w-PrVvZy0afoWVwhncolQ4'],
	['with bits behind the ids', '~dD4-tW9nLRp-hZXCGdyiVDnyeZnl0JUDelEvgf8H5Cud'],
	['with one id twice', `~d${'A'.repeat(43)}`],
	['that is too short', '~dD4-tW9nLRp-hZXCGdyiVDnyeZnl0JUDelEvgf8H5Cu'],
	['that is too long', '~dD4-tW9nLRp-hZXCGdyiVDnyeZnl0JUDelEvgf8H5CucA'],
	['of a private room', '~0123456789abcdefghijkl'],
	['of a public room', 'lobby']
])('[DM-1] an identifier %s names no direct room', ([, room = '']) => {
	expect(peopleOf(room)).toBeUndefined();
	if (room.startsWith('~d')) expect(v.is(RoomId, room)).toBe(false);
});
