import { expect, test } from 'vitest';
import { compareNames } from '#lib/person/name-marks.ts';

const ADA = { id: '1', name: 'Ada' };
const OTHER_ADA = { id: '2', name: 'Аdа' }; // in Cyrillic letters
const GRACE = { id: '3', name: 'Grace' };

/** Whether each of these names looks like that of somebody else of the people. */
function alike(people: (typeof ADA)[], names = people): (boolean | undefined)[] {
	const find = compareNames(people);
	return names.map((user) => find(user)?.isAlike);
}

test('[SESSION-7] a name is marked when it looks like that of another person', () => {
	expect(alike([ADA, OTHER_ADA, GRACE])).toEqual([true, true, undefined]);
});

test('[SESSION-7] the same name of two people is marked, and nobody looks like themselves', () => {
	expect(alike([ADA, GRACE], [{ id: '4', name: 'Ada' }, ADA])).toEqual([true, undefined]);
	expect(alike([ADA, { ...ADA, name: 'ada' }])).toEqual([false, undefined]);
});

test('[SESSION-7] a name that nobody else bears any more is marked where it was said', () => {
	expect(alike([ADA, { ...ADA, name: 'Grace' }, OTHER_ADA])).toEqual([true, false, true].map((is) => is || undefined));
	expect(alike([], [ADA])).toEqual([undefined]);
});

test.for([
	['renamed once', ['Kim', 'Lee'], ['Lee', undefined]],
	['renamed twice', ['Kim', 'Lee', 'Park'], ['Park', 'Park', undefined]],
	['renamed back', ['Kim', 'Lee', 'Kim'], [undefined, 'Kim', undefined]],
	['never renamed', ['Kim', 'Kim'], [undefined, undefined]]
] as const)('who was %s', ([, names, later]) => {
	const people = [...names.map((name) => ({ id: '1', name })), GRACE];
	const find = compareNames(people);
	expect(people.map((user) => find(user)?.later)).toEqual([...later, undefined]);
});
