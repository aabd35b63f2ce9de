import { expect, test } from 'vitest';
import { ATTACKS } from '../../../hostile/sharing/attacks.ts';
import { slowness, watch } from '../../../hostile/sharing/watch.ts';

/** What an honest member may wait for an acknowledgement while one address attacks, on two cores that all share. */
const [MAX_P50_MS, MAX_P99_MS] = [50, 250];

test.for(Object.keys(ATTACKS))('[LOAD-1] an honest member is acknowledged in time during: %s', async (name) => {
	const { p50, p99 } = await watch(name, 5_000);
	expect(p50).toBeLessThanOrEqual(slowness * MAX_P50_MS);
	expect(p99).toBeLessThanOrEqual(slowness * MAX_P99_MS);
});
