import { expect, test } from 'vitest';
import { slowness, watch } from './sharing/watch.ts';

/** Far above what is promised, as other tests run beside this one, and far below what one attacker once made of it. */
const MAX_P50_MS = 500;

test('[LOAD-1] honest members are acknowledged while one address asks for pages without regard to limits', async () => {
	const { p50 } = await watch('pages of the largest size, asked for without regard to limits', 2_000);
	expect(p50).toBeLessThanOrEqual(slowness * MAX_P50_MS);
});
