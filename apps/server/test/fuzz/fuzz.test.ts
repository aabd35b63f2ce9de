import { expect, test } from 'vitest';
import { fuzz } from './play.ts';

/** Begins elsewhere, or repeats a failure. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** A share that takes some seconds; `pnpm test:fuzz` plays any number. */
const CASES = 5_000;

test(
	'[REQ-2] nothing that a generator thinks of ends the server or keeps an honest client waiting',
	{ timeout: 120_000 },
	async () => {
		const { counts, latencies } = await fuzz({ cases: CASES, seed: SEED });
		const { inside, ...overTcp } = counts;
		expect(inside + Object.values(overTcp).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0.98 * CASES);
		expect(Object.values(overTcp).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(CASES / 2);
		expect(latencies.count).toBeGreaterThan(0);
	}
);
