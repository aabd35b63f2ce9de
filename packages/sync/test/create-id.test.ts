import { ENTRY_KINDS } from '@digda/protocol';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createId } from '../src/create-id.ts';

test('an id is a UUID of version 7 that the protocol takes', () => {
	for (let count = 0; count < 1_000; count += 1) {
		const id = createId();
		expect(v.is(ENTRY_KINDS.message.payload, { room: 'lobby', id, text: 'hello' })).toBe(true);
		expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
	}
});

test('an id begins with its time, and sorts after ids of an earlier time', () => {
	const times = [0, 1, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
	const ids = times.map((time) => createId(time));
	expect(ids.toSorted()).toEqual(ids);
	expect(ids.map((id) => Number.parseInt(id.slice(0, 13).replace('-', ''), 16))).toEqual(times);
});

test('ids of one time differ', () => {
	expect(new Set(Array.from({ length: 10_000 }, () => createId(1))).size).toBe(10_000);
});
