import { playCourse } from '../course.ts';
import { Random } from '../random.ts';
import { ClusterPlayer } from './ClusterPlayer.ts';
import { ClusterWorld } from './ClusterWorld.ts';
import type { Ground } from './Ground.ts';
import { makeClusterSchedule } from './schedule.ts';

/** After faults of several seconds, and on a busy machine. */
const SETTLE_MS = 40_000;

/**
 * Plays the schedule of a seed against real nodes, as `playCourse` does.
 * @param ground nobody else plays on it meanwhile
 */
export async function playClusterSchedule(seed: number, ground: Ground): Promise<ReadonlyMap<string, number>> {
	const schedule = makeClusterSchedule(seed);
	const world = await ClusterWorld.open(ground, schedule);
	return await playCourse(schedule, world, new ClusterPlayer(world, new Random(seed + 1)), SETTLE_MS);
}
