import { settle } from './settle.ts';
import type { Transport } from './FaultSocket.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { verify } from './verify.ts';
import { Violation } from './Violation.ts';

/** A sequence of steps that a seed determines. */
export interface Course<Step> {
	seed: number;
	/** The transport of each browser. */
	transports: Transport[];
	/** The public rooms. */
	rooms: string[];
	/** Whether there is a private room. */
	hasClub: boolean;
	/** Whether the pages of a browser can wait for each other. */
	hasLocks: boolean;
	/** Whether everybody has joined their rooms before the first step. */
	isJoinedFirst: boolean;
	steps: Step[];
}

/** Plays the steps in a world. */
interface Actor<Step> {
	play(step: Step): Promise<void>;
	/** Lets all browsers adopt entries of other identities. */
	adopt(): Promise<void>;
}

/**
 * Plays a course in its world, ends all faults, checks all promises, and closes the world.
 * @param settleMs how long the browsers may take to settle after all faults have ended
 * @returns the counts of events
 * @throws {Violation} when a promise was broken, with the seed, the steps and the differences
 */
export async function playCourse<Step>(
	course: Course<Step>,
	world: TestedWorld,
	actor: Actor<Step>,
	settleMs?: number
): Promise<ReadonlyMap<string, number>> {
	try {
		if (course.isJoinedFirst) await settle(world);
		for (const step of course.steps) await actor.play(step);
		await world.heal();
		await actor.adopt();
		await settle(world, settleMs);
		await verify(world);
		world.ledger.count('schedules');
		return world.ledger.counts;
	} catch (error) {
		throw new Violation(report(course, world, error), { cause: error });
	} finally {
		await world.close();
	}
}

function report<Step>({ seed, transports, hasLocks, steps }: Course<Step>, world: TestedWorld, error: unknown): string {
	return [
		`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
		...world.ledger.complaints,
		`transports: ${transports.join(', ')}; ${hasLocks ? 'with' : 'without'} locks`,
		...steps.map((step, index) => `${String(index + 1).padStart(3)} ${JSON.stringify(step)}`),
		...world.outputs().map(({ name, output }) => `${name} said: ${output.trim().slice(-2_000) || 'nothing'}`)
	].join('\n');
}
