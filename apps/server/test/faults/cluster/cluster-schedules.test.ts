import { describe, expect, test } from 'vitest';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { closeGround, openGround } from './Ground.ts';
import { playClusterSchedule } from './play.ts';

/** Repeats one schedule of a failure, or begins the schedules elsewhere. */
const FIRST_SEED = Number(process.env['FAULT_SEED'] ?? 1);

/** All of them take about a minute on two cores; `pnpm test:faults:cluster` plays any number. */
const SCHEDULES = 14;

const PATIENCE_MS = 300_000;

/** Two at a time: more would only make each of them slower. */
const LANES = 2;

describe.skipIf(missingEngines().length > 0)('with three nodes', () => {
	test(
		'whatever happens, nothing acknowledged or typed is lost, doubled or moved',
		{ timeout: PATIENCE_MS },
		async () => {
			const seeds = Array.from({ length: SCHEDULES }, (_, index) => FIRST_SEED + index);
			let played = 0;
			const lanes = Array.from({ length: LANES }, async () => {
				const ground = await openGround();
				try {
					for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
						await playClusterSchedule(seed, ground);
						played += 1;
					}
				} finally {
					await closeGround(ground);
				}
			});
			// All have cleaned up before one fails.
			await Promise.allSettled(lanes);
			await Promise.all(lanes);
			expect(played).toBe(SCHEDULES);
		}
	);
});
