import { expect, onTestFinished, test, vi } from 'vitest';
import { ConsumerLoop } from '../../src/consumers/ConsumerLoop.ts';
import type { Store } from '../../src/store/store.ts';
import { StoreUnavailable } from '../../src/store/store.ts';

/** A store with so many entries to read in each room. */
function storeOf(lags: Record<string, number>) {
	const runs: string[] = [];
	let failures = 0;
	const store: Pick<Store, 'consume' | 'behind'> = {
		consume: (_name, room) => {
			if (failures > 0) {
				failures -= 1;
				return Promise.reject(new StoreUnavailable('the disk is full'));
			}
			const read = Math.min(lags[room] ?? 0, 2);
			lags[room] = (lags[room] ?? 0) - read;
			runs.push(`${room} ${read}`);
			return Promise.resolve({ read, left: lags[room] ?? 0 });
		},
		behind: () => Promise.resolve(Object.entries(lags).flatMap(([room, lag]) => (lag > 0 ? [{ room, lag }] : [])))
	};
	return { store: store as Store, runs, fail: (count: number) => (failures = count) };
}

function start(store: Store): ConsumerLoop {
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	onTestFinished(() => void vi.useRealTimers());
	const loop = new ConsumerLoop('figures', store, { debug: () => undefined });
	onTestFinished(() => loop.end());
	return loop;
}

test('rooms with new entries are read in rotation until nothing is left', async () => {
	const { store, runs } = storeOf({ attic: 3, lobby: 5, hall: 1 });
	const loop = start(store);
	loop.notify('attic');
	loop.notify('lobby');
	await vi.waitFor(() => expect(runs).toContain('lobby 1'), 5_000);
	expect(runs).toEqual(['attic 2', 'lobby 2', 'attic 1', 'lobby 2', 'lobby 1']);
});

test('a scan finds rooms without a notification', async () => {
	const { store, runs } = storeOf({ attic: 1, lobby: 0 });
	const loop = start(store);
	await loop.scan();
	await vi.waitFor(() => expect(runs).toEqual(['attic 1']), 5_000);
});

test('the loop leaves a failing store alone until the next scan, which finds the rest', async () => {
	const { store, runs, fail } = storeOf({ attic: 1, lobby: 1 });
	fail(1);
	const loop = start(store);
	loop.notify('attic');
	loop.notify('lobby');
	await vi.waitFor(async () => {
		await loop.scan();
		expect(runs).toEqual(['attic 1', 'lobby 1']);
	}, 10_000);
});

test('the loop ends after the run under way, and begins no other', async () => {
	const { store, runs } = storeOf({ attic: 100 });
	const loop = start(store);
	loop.notify('attic');
	await vi.waitFor(() => expect(runs.length).toBeGreaterThan(0), 5_000);
	await loop.end();
	const count = runs.length;
	loop.notify('attic');
	await new Promise((resolve) => setImmediate(resolve));
	expect(runs).toHaveLength(count);
});
