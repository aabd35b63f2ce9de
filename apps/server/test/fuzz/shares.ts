import { expect } from 'vitest';
import { fuzz } from './play.ts';
import { fuzzHttp } from './play-http.ts';

/** The seed: begins elsewhere, or repeats a failure. */
export const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** Plays some cases, and checks that they were played. `pnpm test:fuzz` plays any number. */
export async function playShare(cases: number, seed: number): Promise<void> {
	const { counts, latencies } = await fuzz({ cases, seed });
	const { inside, ...overTcp } = counts;
	const toldOverTcp = Object.values(overTcp).reduce((sum, count) => sum + count, 0);
	expect(inside + toldOverTcp).toBeGreaterThan(0.98 * cases);
	expect(toldOverTcp).toBeGreaterThan(cases / 2);
	expect(latencies.count).toBeGreaterThan(0);
}

/** Plays some HTTP requests, and checks that they were played. `pnpm test:fuzz --http 1` plays any number. */
export async function playHttpShare(atLeast: number, seed: number): Promise<void> {
	const { requests, answers, connections, latencies } = await fuzzHttp({ cases: atLeast, seed });
	expect(requests).toBeGreaterThanOrEqual(atLeast);
	expect(answers).toBeGreaterThan(atLeast / 4);
	expect(connections).toBeGreaterThan(atLeast / 10);
	expect(latencies.count).toBeGreaterThan(0);
}
