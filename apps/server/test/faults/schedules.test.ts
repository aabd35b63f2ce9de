import { describe, test } from 'vitest';
import { playSchedule } from './play.ts';

/** Repeats one schedule of a failure, or begins the schedules elsewhere. */
const FIRST_SEED = Number(process.env['FAULT_SEED'] ?? 1);

/** All of them take about a minute on two cores; `pnpm test:faults` plays any number. */
const SCHEDULES = 60;
const GROUPS = 6;

const PATIENCE_MS = 300_000;

/** Two at a time: more would only make each of them slower. */
const LANES = 2;

describe('whatever happens, nothing acknowledged or typed is lost, doubled or moved', () => {
	for (let group = 0; group < GROUPS; group += 1) {
		const size = SCHEDULES / GROUPS;
		const first = FIRST_SEED + group * size;
		test(`seeds ${first} to ${first + size - 1}`, { timeout: PATIENCE_MS }, async () => {
			const seeds = Array.from({ length: size }, (_, index) => first + index);
			const lanes = Array.from({ length: LANES }, async () => {
				for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
					await playSchedule(seed);
				}
			});
			// All have cleaned up before one fails.
			await Promise.allSettled(lanes);
			await Promise.all(lanes);
		});
	}
});
