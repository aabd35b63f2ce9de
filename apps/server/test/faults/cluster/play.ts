import { Random } from '../random.ts';
import { settle } from '../settle.ts';
import { verify } from '../verify.ts';
import { Violation } from '../Violation.ts';
import { ClusterPlayer } from './ClusterPlayer.ts';
import { ClusterWorld } from './ClusterWorld.ts';
import type { Ground } from './Ground.ts';
import { makeClusterSchedule, type ClusterSchedule } from './schedule.ts';

/** After faults of several seconds, and on a busy machine. */
const SETTLE_MS = 40_000;

/**
 * Plays the schedule of a seed against real nodes, mends everything, and compares.
 * @param ground nobody else plays on it meanwhile
 * @returns what happened, counted
 * @throws {Violation} a promise was broken; the message has the seed, the steps, and what differs
 */
export async function playClusterSchedule(seed: number, ground: Ground): Promise<ReadonlyMap<string, number>> {
	const schedule = makeClusterSchedule(seed);
	const world = await ClusterWorld.open(ground, schedule);
	try {
		const player = new ClusterPlayer(world, new Random(seed + 1));
		if (schedule.isJoinedFirst) await settle(world);
		for (const step of schedule.steps) await player.play(step);
		await world.heal();
		await player.adopt();
		await settle(world, SETTLE_MS);
		await verify(world);
		world.ledger.count('schedules');
		return world.ledger.counts;
	} catch (error) {
		throw new Violation(report(schedule, world, error), { cause: error });
	} finally {
		await world.close();
	}
}

function report({ seed, transports, hasLocks, steps }: ClusterSchedule, world: ClusterWorld, error: unknown): string {
	return [
		`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
		...world.ledger.complaints,
		`transports: ${transports.join(', ')}; ${hasLocks ? 'with' : 'without'} locks`,
		...steps.map((step, index) => `${String(index + 1).padStart(3)} ${JSON.stringify(step)}`),
		...world.nodes.map(({ name, server }) => `${name} said: ${server.output.trim().slice(-2_000) || 'nothing'}`)
	].join('\n');
}
