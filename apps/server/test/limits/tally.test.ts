import { expect, test } from 'vitest';
import { Tally } from '../../src/limits/Tally.ts';

test('a tally is full at its maximum of a key or in all', () => {
	const tally = new Tally(3, 2);
	tally.add('one');
	expect(tally.isFull('one')).toBe(false);
	tally.add('one');
	expect(tally.isFull('one')).toBe(true);
	expect(tally.isFull('other')).toBe(false);
	tally.add('other');
	expect(tally.isFull('other')).toBe(true);
	tally.remove('one');
	expect(tally.isFull('one')).toBe(false);
	expect(tally.isFull('other')).toBe(false);
	tally.remove('one');
	tally.add('one');
	tally.add('other');
	expect(tally.isFull('one')).toBe(true);
});

test('the tally forgets a key without items', () => {
	const tally = new Tally(Infinity, Infinity);
	for (let key = 0; key < 1_000; key += 1) {
		for (let count = 0; count < 3; count += 1) tally.add(String(key));
		expect(tally.size).toBe(1);
		for (let count = 0; count < 3; count += 1) tally.remove(String(key));
		expect(tally.size).toBe(0);
	}
});
