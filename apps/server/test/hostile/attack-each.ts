import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Timings } from '../../src/timings.ts';
import { Attacker } from './Attacker.ts';
import { Victim } from './Victim.ts';

/** One thing that somebody with bad intentions does, and what comes of it. */
export interface Case {
	name: string;
	/** Answers with what the attacker got. */
	attack: (attacker: Attacker) => Promise<unknown>;
	/** What the attacker gets: an object holds at least this, anything else equals it. */
	expect: object | string | number | boolean;
	/** Whether so much is said that memory is looked at right after it. */
	isHeavy?: boolean;
	/** Whether a time-out has to pass: such cases run side by side, after all others. */
	isSlow?: boolean;
}

/** Longer than any time-out of the server, and what it is given beyond that. */
const CASE_MS = 40_000;

/** Attacks one server with one case after another; after each it must be as good as before. */
export function attackEach(layer: string, cases: readonly Case[], timings: Partial<Timings> = {}): void {
	describe(layer, () => {
		let victim: Victim;
		beforeAll(async () => {
			victim = await Victim.start({}, timings);
		}, CASE_MS);
		afterAll(async () => {
			await victim.stop();
		});

		async function run({ attack, expect: expected, isHeavy }: Case): Promise<void> {
			const attacker = new Attacker(victim.port);
			try {
				const outcome = await attack(attacker);
				if (typeof expected === 'object') expect(outcome).toMatchObject(expected);
				else expect(outcome).toEqual(expected);
			} finally {
				await attacker.leave();
			}
			await victim.expectUnhurt();
			if (isHeavy) await victim.expectForgotten();
		}

		const inOrder = cases.toSorted((one, other) => Number(one.isSlow ?? false) - Number(other.isSlow ?? false));
		for (const one of inOrder) {
			test(one.name, { timeout: CASE_MS, concurrent: one.isSlow ?? false }, () => run(one));
		}
		test('nothing is kept of all that', { timeout: 2 * CASE_MS }, () => victim.expectForgotten());
	});
}
