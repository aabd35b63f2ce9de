import { playCourse } from './course.ts';
import { Player } from './Player.ts';
import { Random } from './random.ts';
import { makeSchedule } from './schedule.ts';
import { World } from './World.ts';

/** Plays the schedule of a seed against a server, as `playCourse` does. */
export async function playSchedule(seed: number): Promise<ReadonlyMap<string, number>> {
	const schedule = makeSchedule(seed);
	const world = await World.open(schedule);
	return await playCourse(schedule, world, new Player(world, new Random(seed + 1)));
}
