/** Plays any number of cases: `pnpm test:fuzz --cases 100000 --seed 1`. The same seed makes the same ones. */
import { readCounts } from '../support/counts.ts';
import { fuzz } from './play.ts';

const { cases, seed } = readCounts({ cases: 50_000, seed: 1 });
const start = performance.now();
let told = 0;

function onProgress(done: number): void {
	if (done - told < 25_000) return;
	told = done;
	console.log(`${done} of ${cases}, ${Math.round((1_000 * done) / (performance.now() - start))} per second`);
}

try {
	const { counts, latencies } = await fuzz({ cases, seed, onProgress });
	for (const [kind, count] of Object.entries(counts)) console.log(`${String(count).padStart(9)} ${kind}`);
	const { count, p50, p99, max } = latencies;
	console.log(
		`${String(count).padStart(9)} honest messages, acknowledged in ${p50} ms (p50), ${p99} (p99), ${max} (max)`
	);
	console.log(`${Math.round((performance.now() - start) / 1_000)} s, nothing went wrong`);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
