import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { describe, expect, test } from 'vitest';
import { closeGround, openGround } from '../../../faults/cluster/Ground.ts';
import { playClusterSchedule } from '../../../faults/cluster/play.ts';
import { playSeeds, seedsFrom } from '../../../faults/play-seeds.ts';

/** The first seed: repeats the schedule of a failure, or begins elsewhere. */
const FIRST_SEED = Number(process.env['FAULT_SEED'] ?? 1);

/** All of them take about a minute on two cores; `pnpm test:faults:cluster` plays any number. */
const SCHEDULES = 14;

describe.skipIf(missingEngines().length > 0)('with three nodes', () => {
	test('random faults lose, double or move no acknowledged or typed message', { timeout: 300_000 }, async () => {
		let played = 0;
		await playSeeds(seedsFrom(FIRST_SEED, SCHEDULES), async () => {
			const ground = await openGround();
			return {
				play: async (seed) => {
					await playClusterSchedule(seed, ground);
					played += 1;
				},
				close: () => closeGround(ground)
			};
		});
		expect(played).toBe(SCHEDULES);
	});
});
