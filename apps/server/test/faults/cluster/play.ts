import { playCourse } from '../course.ts';
import { Random } from '../random.ts';
import { ClusterPlayer } from './ClusterPlayer.ts';
import { ClusterWorld } from './ClusterWorld.ts';
import type { Ground } from './Ground.ts';
import { makeClusterSchedule } from './schedule.ts';

/** The time to settle after faults of several seconds, on a busy machine, in milliseconds. */
const SETTLE_MS = 40_000;

/**
 * Plays the schedule of a seed against nodes, as `playCourse` does.
 * @param ground used by no other schedule meanwhile
 */
export async function playClusterSchedule(seed: number, ground: Ground): Promise<ReadonlyMap<string, number>> {
	const schedule = makeClusterSchedule(seed);
	const world = await ClusterWorld.open(ground, schedule);
	return await playCourse(schedule, world, new ClusterPlayer(world, new Random(seed + 1)), SETTLE_MS);
}
