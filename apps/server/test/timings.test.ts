import { HEADS_INTERVAL_MS } from '@digda/protocol';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RedisClient } from '../src/cluster/RedisClient.ts';
import { createLogger } from '../src/log.ts';
import { TIMINGS, type Timings } from '../src/timings.ts';

/** The times that SPEC, SECURITY and docs promise. Tests that wait use shorter ones. */
const PROMISED: [name: keyof Timings, ms: number, where: string][] = [
	['pingIntervalMs', 15_000, '[WIRE-7] a ping every 15 s'],
	['pingTimeoutMs', 10_000, '[WIRE-7] a connection that does not answer within 10 s is closed'],
	['upgradeTimeoutMs', 10_000, '[WIRE-1] as on the stock server'],
	['joinTimeoutMs', 10_000, '[WIRE-8] a connection that joins no namespace within 10 s is closed'],
	['headersTimeoutMs', 10_000, 'SECURITY: a request whose headers do not come ends after 10 s'],
	['requestTimeoutMs', 30_000, 'a whole request is complete within 30 s'],
	['requestCheckIntervalMs', 2_000, 'and is ended at most 2 s later'],
	['keepAliveTimeoutMs', 5_000, 'as Node.js has it'],
	['silenceTimeoutMs', 40_000, 'later than a ping and its answer over polling'],
	['stallTimeoutMs', 10_000, '[NEWS-3] a connection with anything for more than 10 s waiting is cut'],
	['stallCheckIntervalMs', 1_000, 'and is cut at most 1 s later'],
	['headsIntervalMs', HEADS_INTERVAL_MS, '[NEWS-2] heads every HEADS_INTERVAL_MS'],
	['nodeAliveIntervalMs', 5_000, '[NODE-4] people of a silent node are gone within 25 s'],
	['nodeDeadMs', 16_000, '[NODE-4] people of a silent node are gone within 25 s'],
	['redisPingIntervalMs', 5_000, 'docs/deploy.md: Redis may be away at any time'],
	['redisPingTimeoutMs', 3_000, 'docs/deploy.md: Redis may be away at any time'],
	['storeAnswerTimeoutMs', 6_000, 'longer than PostgreSQL lets a statement run: 5 s'],
	['damageCheckDelayMs', 10_000, 'after clients have reconnected'],
	['finishTimeoutMs', 3_000, '[LINE-4] docs/running.md: the process ends within 10 s'],
	['closeTimeoutMs', 1_000, '[LINE-4] docs/running.md: the process ends within 10 s'],
	['shutdownTimeoutMs', 9_000, '[LINE-4] docs/deploy.md: it needs up to 9 s to close']
];

test.for(PROMISED)('%s is %i ms: %s', ([name, ms]) => {
	expect(TIMINGS[name]).toBe(ms);
});

test('the table has every time', () => {
	expect(PROMISED.map(([name]) => name).toSorted()).toEqual(Object.keys(TIMINGS).toSorted());
});

test('[NODE-4] a node that falls silent is removed within 25 s', () => {
	// Up to one interval passes before its silence is checked.
	expect(TIMINGS.nodeDeadMs + TIMINGS.nodeAliveIntervalMs).toBeLessThanOrEqual(25_000);
});

test('[LINE-4] the steps of a stop fit into its time-out', () => {
	expect(TIMINGS.finishTimeoutMs + TIMINGS.closeTimeoutMs).toBeLessThan(TIMINGS.shutdownTimeoutMs);
	expect(TIMINGS.shutdownTimeoutMs).toBeLessThan(10_000);
});

/** Watches a timer function. @returns the delays of its calls in milliseconds */
function delaysOf(timer: 'setInterval' | 'setTimeout') {
	const spy = vi.spyOn(globalThis, timer);
	onTestFinished(() => spy.mockRestore());
	return () => spy.mock.calls.map(([, ms]) => ms);
}

/** The heartbeat in the handshake of a server. */
async function heartbeatOf(url: string): Promise<unknown> {
	const { pingInterval, pingTimeout } = JSON.parse(
		(await (await fetch(url + enginePath('polling'))).text()).slice(1)
	) as Record<string, unknown>;
	return { pingInterval, pingTimeout };
}

test('a server without options uses these times', async () => {
	const intervals = delaysOf('setInterval');
	const timeouts = delaysOf('setTimeout');
	const { server, url } = await startServer();
	expect(server.http).toMatchObject({
		headersTimeout: 10_000,
		requestTimeout: 30_000,
		connectionsCheckingInterval: 2_000,
		keepAliveTimeout: 5_000,
		timeout: 40_000
	});
	// The check of stalled connections, and the heads in thirty parts.
	expect(intervals()).toEqual(expect.arrayContaining([1_000, HEADS_INTERVAL_MS / 30]));
	expect(await heartbeatOf(url)).toEqual({ pingInterval: 15_000, pingTimeout: 10_000 });
	// The new connection has to join a namespace. The handshake has shown the timers of Engine.IO.
	expect(timeouts()).toContain(10_000);
});

test('a connection to Redis without options uses these times', () => {
	const intervals = delaysOf('setInterval');
	const line = new RedisClient('redis://127.0.0.1:1', createLogger('silent'));
	onTestFinished(() => line.close());
	expect(intervals()).toContain(5_000);
});

test('the program uses these times, and ignores the options of tests', async () => {
	const shorter = JSON.stringify({ timings: { pingIntervalMs: 1, pingTimeoutMs: 1 } });
	const { url } = await startProcess({ TEST_OPTIONS: shorter });
	expect(await heartbeatOf(url)).toEqual({ pingInterval: 15_000, pingTimeout: 10_000 });
});

test('a server with options uses the given times', async () => {
	const { server, url } = await startServer({ timings: { pingIntervalMs: 14_000, headersTimeoutMs: 9_000 } });
	expect(await heartbeatOf(url)).toEqual({ pingInterval: 14_000, pingTimeout: 10_000 });
	expect(server.http.headersTimeout).toBe(9_000);
});
