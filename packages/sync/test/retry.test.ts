import { expect, test } from 'vitest';
import { Retry } from '../src/Retry.ts';
import { VirtualTime } from './support/VirtualTime.ts';

test('the next attempt starts within 15 s, however often it fails', async () => {
	const time = new VirtualTime();
	const pauses: number[] = [];
	let failedAt = 0;
	const retry: Retry = new Retry(
		time.schedule,
		() => 1,
		() => {
			pauses.push(time.now - failedAt);
			failedAt = time.now;
			retry.fail();
		}
	);
	retry.fail();
	for (let round = 0; round < 12; round += 1) await time.next();
	expect(pauses.slice(0, 5)).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
	expect(new Set(pauses.slice(5))).toEqual(new Set([15_000]));
	retry.clear();
	expect(time.isWaiting).toBe(false);
});
