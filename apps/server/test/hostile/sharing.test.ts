import { expect, test } from 'vitest';
import { watch } from './sharing/watch.ts';

/**
 * Without the limit on runs of marks half of the acknowledgements take a second. The deep tests measure the promised time,
 * without other tests beside them.
 */
const MAX_P50_MS = 200;

/** The most by which an attack may lengthen the usual wait on a busy machine. */
const MAX_FACTOR = 20;

test('[LOAD-1] honest members are acknowledged while one address sends texts of combining marks', async () => {
	const { p50, usual } = await watch('combining marks in descending class', 2_000);
	expect(p50).toBeLessThanOrEqual(Math.max(MAX_P50_MS, MAX_FACTOR * usual));
});
