import { expect, test } from 'vitest';
import { slowness, watch } from './sharing/watch.ts';

/** Above what is promised, as other tests run beside this one; without rates of requests half of them waited longer. */
const MAX_P50_MS = 200;

test('[LOAD-1] honest members are acknowledged while one address asks without end whether the server is ready', async () => {
	const { p50 } = await watch('questions whether it is ready', 2_000);
	expect(p50).toBeLessThanOrEqual(slowness * MAX_P50_MS);
});
