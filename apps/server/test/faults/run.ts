/** Plays any number of schedules: `pnpm test:faults --schedules 1000 --seed 1`. The same seed makes the same ones. */
import { cpus } from 'node:os';
import { readCounts } from '../support/counts.ts';
import { sumCounts } from './Ledger.ts';
import { playSchedule } from './play.ts';

const usual = { schedules: 100, seed: 1, jobs: Math.min(cpus().length, 4) };
const { schedules, seed: firstSeed, jobs } = readCounts(usual);

const counts: ReadonlyMap<string, number>[] = [];
let started = 0;
let violations = 0;
let isInterrupted = false;

async function playOn(): Promise<void> {
	while (started < schedules && !isInterrupted) {
		const seed = firstSeed + started;
		started += 1;
		try {
			counts.push(await playSchedule(seed));
		} catch (error) {
			violations += 1;
			console.error(error instanceof Error ? error.message : error);
			console.error(`repeat it with: pnpm test:faults --schedules 1 --seed ${seed}\n`);
		}
		const done = counts.length + violations;
		if (done % 25 === 0) console.log(`${done} of ${schedules}, ${violations} violations`);
	}
}

// The schedules under way end well, with all that they started.
process.once('SIGINT', () => (isInterrupted = true));

const start = performance.now();
await Promise.all(Array.from({ length: Math.max(jobs, 1) }, playOn));

const figures = [...sumCounts(counts)].sort(([one], [other]) => one.localeCompare(other));
for (const [what, times] of figures) console.log(`${String(times).padStart(9)} ${what}`);
const kills = figures.filter(([what]) => what.startsWith('SIGKILL'));
console.log(`${String(kills.reduce((sum, [, times]) => sum + times, 0)).padStart(9)} SIGKILLs in all`);
console.log(`${String(violations).padStart(9)} violations`);
console.log(`seeds ${firstSeed} to ${firstSeed + started - 1}, ${Math.round((performance.now() - start) / 1_000)} s`);
// At once: after hundreds of killed children Node may wait for ever for a handle of one of them to close.
process.exit(violations > 0 ? 1 : 0);
