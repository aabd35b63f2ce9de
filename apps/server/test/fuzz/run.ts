/**
 * Plays any number of cases: `pnpm test:fuzz --cases 100000 --seed 1`, or HTTP requests alone with `--http 1`. The same seed
 * makes the same ones.
 */
import { readCounts } from '../support/counts.ts';
import { fuzz } from './play.ts';
import { fuzzHttp } from './play-http.ts';
import type { Latencies } from './HonestClient.ts';

const { cases, seed, http } = readCounts({ cases: 50_000, seed: 1, http: 0 });
const start = performance.now();
let told = 0;

function onProgress(done: number): void {
	if (done - told < 25_000) return;
	told = done;
	console.log(`${done} of ${cases}, ${Math.round((1_000 * done) / (performance.now() - start))} per second`);
}

function show(counts: Record<string, number>, { count, p50, p99, max }: Latencies): void {
	for (const [kind, many] of Object.entries(counts)) console.log(`${String(many).padStart(9)} ${kind}`);
	console.log(
		`${String(count).padStart(9)} honest messages, acknowledged in ${p50} ms (p50), ${p99} (p99), ${max} (max)`
	);
}

try {
	if (http > 0) {
		const { requests, answers, connections, before, after, latencies } = await fuzzHttp({ cases, seed, onProgress });
		show({ requests, answers, connections }, latencies);
		console.log({ before, after });
	} else {
		const { counts, latencies } = await fuzz({ cases, seed, onProgress });
		show(counts, latencies);
	}
	console.log(`${Math.round((performance.now() - start) / 1_000)} s, no failure`);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
