import { setImmediate as endOfTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GroupDelay } from '../../src/messages/GroupDelay.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Starts the delay of a batch with so many messages. `isWaiting` says whether it still waits. */
function startWaiting(delay: GroupDelay, count: number) {
	const batch = { isWaiting: true };
	void delay.wait(() => count).then(() => (batch.isWaiting = false));
	return batch;
}

/** Waits long enough for everything without a timer. */
async function settle() {
	for (let turn = 0; turn < 3; turn += 1) await endOfTurn();
}

/** Starts the delay of a batch of one message after another batch was stored. */
async function waitAfter(...stored: Parameters<GroupDelay['stored']>) {
	const delay = new GroupDelay();
	delay.stored(...stored);
	const batch = startWaiting(delay, 1);
	await settle();
	return { delay, batch };
}

test('a lone message waits for the end of its tick and no longer', async () => {
	const batch = startWaiting(new GroupDelay(), 1);
	expect(batch.isWaiting).toBe(true);
	await settle();
	expect(batch.isWaiting).toBe(false);
});

test('a batch waits for as many messages as the last one had', async () => {
	const { delay, batch } = await waitAfter(10, 1, 3);
	delay.joined(9);
	await settle();
	expect(batch.isWaiting).toBe(true);
	delay.joined(10);
	await settle();
	expect(batch.isWaiting).toBe(false);
});

test.for([
	[3, 3],
	[5_000, 5]
])(
	'a batch waits at most as long as the last commit took, and never longer than 5 ms: %i ms, %i ms',
	async ([took, ms]) => {
		const { batch } = await waitAfter(10, 1, took ?? 0);
		await vi.advanceTimersByTimeAsync((ms ?? 0) - 1);
		expect(batch.isWaiting).toBe(true);
		await vi.advanceTimersByTimeAsync(1);
		expect(batch.isWaiting).toBe(false);
	}
);

test('a batch does not wait after one whose messages left in separate packets', async () => {
	const { batch } = await waitAfter(64, 64, 3);
	expect(batch.isWaiting).toBe(false);
});
