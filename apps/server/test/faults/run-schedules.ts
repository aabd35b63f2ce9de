import { cpus } from 'node:os';
import { readCounts } from '../support/counts.ts';
import { sumCounts } from './Ledger.ts';

/** Plays one schedule after the other. */
export interface Lane {
	/** @returns the counts of events @throws when a promise was broken */
	play: (seed: number) => Promise<ReadonlyMap<string, number>>;
	close: () => Promise<void>;
}

/**
 * Plays the number of schedules on the command line, some concurrently, prints the figures, and ends the process.
 * @param command that repeats one of them
 */
export async function runSchedules(command: string, openLane: () => Promise<Lane>): Promise<never> {
	const usual = { schedules: 100, seed: 1, jobs: Math.min(cpus().length, 4) };
	const { schedules, seed: firstSeed, jobs } = readCounts(usual);

	const counts: ReadonlyMap<string, number>[] = [];
	let started = 0;
	let violations = 0;
	let isInterrupted = false;

	async function playOn(): Promise<void> {
		const lane = await openLane();
		while (started < schedules && !isInterrupted) {
			const seed = firstSeed + started;
			started += 1;
			try {
				counts.push(await lane.play(seed));
			} catch (error) {
				violations += 1;
				console.error(error instanceof Error ? error.message : error);
				console.error(`repeat it with: ${command} --schedules 1 --seed ${seed}\n`);
			}
			const done = counts.length + violations;
			if (done % 25 === 0) console.log(`${done} of ${schedules}, ${violations} violations`);
		}
		await lane.close();
	}

	// The running schedules finish, and clean up.
	process.once('SIGINT', () => (isInterrupted = true));

	const start = performance.now();
	await Promise.all(Array.from({ length: Math.max(jobs, 1) }, playOn));

	const figures = [...sumCounts(counts)].sort(([one], [other]) => one.localeCompare(other));
	for (const [what, times] of figures) console.log(`${String(times).padStart(9)} ${what}`);
	const kills = figures.filter(([what]) => what.startsWith('SIGKILL'));
	console.log(`${String(kills.reduce((sum, [, times]) => sum + times, 0)).padStart(9)} SIGKILLs in all`);
	console.log(`${String(violations).padStart(9)} violations`);
	console.log(`seeds ${firstSeed} to ${firstSeed + started - 1}, ${Math.round((performance.now() - start) / 1_000)} s`);
	// After hundreds of killed children, Node.js may wait for ever until a handle of one of them closes.
	process.exit(violations > 0 ? 1 : 0);
}
