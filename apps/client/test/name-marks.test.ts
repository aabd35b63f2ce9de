import { expect, test } from 'vitest';
import { compareNames } from '#lib/person/name-marks.ts';

const ADA = { id: '1', name: 'Ada' };
const OTHER_ADA = { id: '2', name: 'Аdа' }; // in Cyrillic letters
const GRACE = { id: '3', name: 'Grace' };

/** Tells for each of these names whether it looks like the name of another person. */
function alike(people: (typeof ADA)[], names = people): (boolean | undefined)[] {
	const find = compareNames(people);
	return names.map((user) => find(user)?.isAlike);
}

test('[SESSION-7] a name is marked when it looks like that of another person', () => {
	expect(alike([ADA, OTHER_ADA, GRACE])).toEqual([true, true, undefined]);
});

test('[SESSION-7] the same name of two people is marked, and a name of one person is not', () => {
	expect(alike([ADA, GRACE], [{ id: '4', name: 'Ada' }, ADA])).toEqual([true, undefined]);
	expect(alike([ADA, { ...ADA, name: 'ada' }])).toEqual([false, undefined]);
});

test('[SESSION-7] a former name of another person is marked at its messages', () => {
	expect(alike([ADA, { ...ADA, name: 'Grace' }, OTHER_ADA])).toEqual([true, false, true].map((is) => is || undefined));
	expect(alike([], [ADA])).toEqual([undefined]);
});

test.for([
	['renamed once', ['Kim', 'Lee'], ['Lee', undefined]],
	['renamed twice', ['Kim', 'Lee', 'Park'], ['Park', 'Park', undefined]],
	['renamed back', ['Kim', 'Lee', 'Kim'], [undefined, 'Kim', undefined]],
	['never renamed', ['Kim', 'Kim'], [undefined, undefined]]
] as const)('the later names of a person who was %s', ([, names, later]) => {
	const people = [...names.map((name) => ({ id: '1', name })), GRACE];
	const find = compareNames(people);
	expect(people.map((user) => find(user)?.later)).toEqual([...later, undefined]);
});
