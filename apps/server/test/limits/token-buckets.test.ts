import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBuckets } from '../../src/limits/TokenBuckets.ts';

/** Buckets on a clock that the test moves. */
function createBuckets(burst: number, perSecond: number) {
	const clock = { ms: 1_000 };
	return { clock, buckets: new TokenBuckets({ burst, perSecond }, () => clock.ms) };
}

test('a full bucket gives its burst at once, then a token at a time', () => {
	const { clock, buckets } = createBuckets(3, 10);
	expect([1, 2, 3, 4].map(() => buckets.tryTake('me'))).toEqual([true, true, true, false]);
	expect(buckets.wait('me')).toBe(100);
	expect(buckets.wait('you')).toBe(0);

	clock.ms += 99;
	expect(buckets.tryTake('me')).toBe(false);
	clock.ms += 1;
	expect(buckets.tryTake('me')).toBe(true);
	expect(buckets.tryTake('me')).toBe(false);

	clock.ms += 60_000;
	expect(buckets.wait('me', 3)).toBe(0);
	expect(buckets.wait('me', 4)).toBeGreaterThan(0);
});

test('a bucket never gives more than its burst and rate, and gives a token after the announced wait', () => {
	const pauses = fc.array(fc.nat(400), { minLength: 1, maxLength: 200 });
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 50 }), pauses, (burst, perSecond, ms) => {
			const { clock, buckets } = createBuckets(burst, perSecond);
			const begunAt = clock.ms;
			let taken = 0;
			for (const pause of ms) {
				if (buckets.tryTake('me')) taken += 1;
				else {
					const waitMs = buckets.wait('me');
					expect(waitMs).toBeLessThanOrEqual(1_000 / perSecond + 1e-6);
					clock.ms += waitMs + 1e-6;
					expect(buckets.wait('me')).toBe(0);
				}
				expect(taken).toBeLessThanOrEqual(burst + ((clock.ms - begunAt) / 1_000) * perSecond + 1e-6);
				clock.ms += pause;
			}
		}),
		{ seed: 5 }
	);
});

test('the map forgets buckets that are full again', () => {
	const { clock, buckets } = createBuckets(2, 1);
	for (let key = 0; key < 100_000; key += 1) {
		buckets.take(String(key));
		clock.ms += 1;
	}
	// A bucket is full again after a second, in which a thousand others are made.
	expect(buckets.size).toBeLessThan(3_000);
});
