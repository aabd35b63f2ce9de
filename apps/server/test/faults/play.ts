import { Player } from './Player.ts';
import { Random } from './random.ts';
import { makeSchedule, type Schedule } from './schedule.ts';
import { settle } from './settle.ts';
import { verify } from './verify.ts';
import { Violation } from './Violation.ts';
import { World } from './World.ts';

/**
 * Plays the schedule of a seed against a real server, mends everything, and compares.
 * @returns what happened, counted
 * @throws {Violation} a promise was broken; the message has the seed, the steps, and what differs
 */
export async function playSchedule(seed: number): Promise<ReadonlyMap<string, number>> {
	const schedule = makeSchedule(seed);
	const world = await World.open(schedule);
	try {
		const player = new Player(world, new Random(seed + 1));
		if (schedule.isJoinedFirst) await settle(world);
		for (const step of schedule.steps) await player.play(step);
		await world.heal();
		await player.adopt();
		await settle(world);
		await verify(world);
		world.ledger.count('schedules');
		return world.ledger.counts;
	} catch (error) {
		throw new Violation(report(schedule, world, error), { cause: error });
	} finally {
		await world.close();
	}
}

function report({ seed, transports, hasLocks, steps }: Schedule, { server }: World, error: unknown): string {
	return [
		`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
		`transports: ${transports.join(', ')}; ${hasLocks ? 'with' : 'without'} locks`,
		...steps.map((step, index) => `${String(index + 1).padStart(3)} ${JSON.stringify(step)}`),
		`the server said: ${server.output.trim().slice(-3_000) || 'nothing'}`
	].join('\n');
}
