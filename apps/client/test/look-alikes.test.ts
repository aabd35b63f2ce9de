import { expect, test } from 'vitest';
import { compareNames } from '#lib/rare/look-alikes.ts';

const ADA = { id: '1', name: 'Ada' };
const OTHER_ADA = { id: '2', name: 'Аdа' }; // in Cyrillic letters
const GRACE = { id: '3', name: 'Grace' };

test('[SESSION-7] a name is marked when it looks like that of another person who is online', () => {
	const isLookAlike = compareNames([ADA, OTHER_ADA, GRACE]);
	expect([ADA, OTHER_ADA, GRACE].map(isLookAlike)).toEqual([true, true, false]);
});

test('[SESSION-7] the same name of two people is marked, and nobody looks like themselves', () => {
	expect(compareNames([ADA, GRACE])({ id: '4', name: 'Ada' })).toBe(true);
	expect(compareNames([ADA, GRACE])(ADA)).toBe(false);
	expect(compareNames([ADA])({ ...ADA, name: 'ada' })).toBe(false);
});

test('[SESSION-7] an author who is offline is marked, one who looks like nobody online is not', () => {
	expect(compareNames([ADA])(OTHER_ADA)).toBe(true);
	expect(compareNames([GRACE])(OTHER_ADA)).toBe(false);
	expect(compareNames([])(ADA)).toBe(false);
});
