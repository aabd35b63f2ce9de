import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Timings } from '../../src/timings.ts';
import { Attacker } from './Attacker.ts';
import { Victim } from './Victim.ts';

/** One attack and its expected outcome. */
export interface Case {
	name: string;
	/** @returns what the attacker received */
	attack: (attacker: Attacker) => Promise<unknown>;
	/** The expected result: an object must match this partly, anything else must equal it. */
	expect: object | string | number | boolean;
	/** Whether the attack sends so much that memory is checked right after it. */
	isHeavy?: boolean;
	/** Whether a time-out has to pass. Such cases run concurrently, after all others. */
	isSlow?: boolean;
}

/** Longer than any time-out of the server and its slack. */
const CASE_MS = 40_000;

/** Attacks one server with one case after another, and checks after each that the server is unhurt. */
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
		test('the server keeps nothing of these attacks', { timeout: 2 * CASE_MS }, () => victim.expectForgotten());
	});
}
