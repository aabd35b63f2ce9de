import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Admission } from '../src/socket/Admission.ts';

test('a few requests for new connections enter in each tick, in their order', async () => {
	const admission = new Admission();
	const heard: number[] = [];
	const enter = (count: number) => {
		for (let index = 0; index < count; index += 1) admission.enter(() => heard.push(index));
	};
	enter(20);
	expect(heard).toEqual([]);
	const counts: number[] = [];
	for (let turn = 0; turn < 3; turn += 1) {
		await endOfTurn();
		counts.push(heard.length);
	}
	expect(counts).toEqual([8, 16, 20]);
	expect(heard).toEqual(Array.from({ length: 20 }, (_, index) => index));

	// The next ones enter at the same rate.
	enter(9);
	await endOfTurn();
	expect(heard).toHaveLength(28);
	await endOfTurn();
	expect(heard).toHaveLength(29);
});

test('the promises of one request are settled before the next request enters', async () => {
	const admission = new Admission();
	const order: string[] = [];
	for (const name of ['first', 'second']) {
		admission.enter(() => {
			order.push(`${name} heard`);
			void Promise.resolve()
				.then(() => undefined)
				.then(() => order.push(`${name} over`));
		});
	}
	await endOfTurn();
	await endOfTurn();
	expect(order).toEqual(['first heard', 'first over', 'second heard', 'second over']);
});
