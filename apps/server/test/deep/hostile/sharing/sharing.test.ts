import { expect, test } from 'vitest';
import { ATTACKS } from '../../../hostile/sharing/attacks.ts';
import { watch } from '../../../hostile/sharing/watch.ts';

/** The longest waits of an honest member for acknowledgements while one address attacks, on two shared cores. */
const [MAX_P50_MS, MAX_P99_MS] = [50, 250];

/** The result of `workMs` on the machine of these figures. */
const USUAL_WORK_MS = 12.5;

/** The duration of a piece of work here, in milliseconds: the minimum of several runs, as others work as well. */
function workMs(): number {
	const value = Array.from({ length: 20_000 }, (_, id) => ({ id, text: `안녕하세요 ${id}` }));
	const times = Array.from({ length: 10 }, () => {
		const begunAtMs = performance.now();
		JSON.parse(JSON.stringify(value));
		return performance.now() - begunAtMs;
	});
	return Math.min(...times);
}

/** How many times slower this machine is. A faster one has to meet the same figures. */
const slowness = Math.max(1, workMs() / USUAL_WORK_MS);

test.for(Object.keys(ATTACKS))('[LOAD-1] an honest member is acknowledged in time during: %s', async (name) => {
	const { p50, p99 } = await watch(name, 5_000);
	expect(p50).toBeLessThanOrEqual(slowness * MAX_P50_MS);
	expect(p99).toBeLessThanOrEqual(slowness * MAX_P99_MS);
});
