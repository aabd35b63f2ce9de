import { expect, test } from 'vitest';
import { watch } from './sharing/watch.ts';

/**
 * Without the limit on runs of marks half of the acknowledgements take a second. What is promised is less, and is
 * measured among the deep tests, alone: here other tests run beside, and more may run on the machine.
 */
const MAX_P50_MS = 200;

/** By how much an attack may lengthen what members wait on a machine that is busy anyway. */
const MAX_FACTOR = 20;

test('[LOAD-1] honest members are acknowledged while one address says texts of combining marks', async () => {
	const { p50, usual } = await watch('combining marks in descending class', 2_000);
	expect(p50).toBeLessThanOrEqual(Math.max(MAX_P50_MS, MAX_FACTOR * usual));
});
