import { expect, test } from 'vitest';
import { fuzzHttp } from './play-http.ts';

/** Begins elsewhere, or repeats a failure. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** A share that takes some seconds; `pnpm test:fuzz --http 1` plays any number. */
const REQUESTS = 5_000;

test(
	'[REQ-2] no HTTP request ends the server, keeps an honest client waiting, or leaves a descriptor, memory or a timer',
	{ timeout: 120_000 },
	async () => {
		const { requests, answers, connections, latencies } = await fuzzHttp({ cases: REQUESTS, seed: SEED });
		expect(requests).toBeGreaterThanOrEqual(REQUESTS);
		expect(answers).toBeGreaterThan(REQUESTS / 4);
		expect(connections).toBeGreaterThan(500);
		expect(latencies.count).toBeGreaterThan(0);
	}
);
