import { setImmediate as endOfTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GroupDelay } from '../../src/messages/GroupDelay.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A batch that waits while so many messages are there, and whether it still does. */
function startWaiting(delay: GroupDelay, count: number) {
	const batch = { isWaiting: true };
	void delay.wait(() => count).then(() => (batch.isWaiting = false));
	return batch;
}

/** Long enough for everything that needs no timer. */
async function settle() {
	for (let turn = 0; turn < 3; turn += 1) await endOfTurn();
}

/** A batch of one message, a while after another one was stored. */
async function waitAfter(...stored: Parameters<GroupDelay['stored']>) {
	const delay = new GroupDelay();
	delay.stored(...stored);
	const batch = startWaiting(delay, 1);
	await settle();
	return { delay, batch };
}

test('a lone message waits for the end of its turn and no longer', async () => {
	const batch = startWaiting(new GroupDelay(), 1);
	expect(batch.isWaiting).toBe(true);
	await settle();
	expect(batch.isWaiting).toBe(false);
});

test('a batch waits for as many as the last one had for one room', async () => {
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
])('it waits at most as long as the last one took, and never longer than 5 ms: %i ms, %i ms', async ([took, ms]) => {
	const { batch } = await waitAfter(10, 1, took ?? 0);
	await vi.advanceTimersByTimeAsync((ms ?? 0) - 1);
	expect(batch.isWaiting).toBe(true);
	await vi.advanceTimersByTimeAsync(1);
	expect(batch.isWaiting).toBe(false);
});

test('what went out in packets of its own is not waited for', async () => {
	const { batch } = await waitAfter(64, 64, 3);
	expect(batch.isWaiting).toBe(false);
});
