import { expect, onTestFinished, test } from 'vitest';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

/** Loaded into each thread: the thread of the database hangs for ever at the first batch. */
const HANG = `
import { isMainThread, parentPort } from 'node:worker_threads';
if (!isMainThread) parentPort.on('message', (text) => {
	if (text.includes('"append"')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** Shorter times for the steps of a stop. */
const TIMINGS = { finishTimeoutMs: 500, closeTimeoutMs: 200, shutdownTimeoutMs: 3_000 };

/** The latest times at which the port is closed and the process ends, both shorter than the default time-outs. */
const [PORT_MS, END_MS] = [2_500, 7_000];

test('a server whose store hangs closes its port and ends all the same', async () => {
	const preload = `--import=data:text/javascript,${encodeURIComponent(HANG)}`;
	const server = await ServerProcess.start(
		{ NODE_ENV: 'development' },
		{ nodeArguments: [preload], run: { timings: TIMINGS } }
	);
	onTestFinished(() => void server.stop('SIGKILL'));
	const client = await connectChat(server.url, undefined, { reconnection: false });
	await client.join('lobby');
	client.emitAnything('message:send', { room: 'lobby', id: crypto.randomUUID(), text: 'hello' });
	// The echo answers without the store.
	expect(await ask(await connectEcho(server.url), 'hello')).toBe('서버입니다: hello');
	const begunAt = performance.now();
	const ended = server.stop('SIGTERM');
	await expect.poll(() => fetch(`${server.url}/healthz`).catch(() => undefined), { timeout: PORT_MS }).toBeUndefined();
	expect(await ended).toBe(1);
	expect(performance.now() - begunAt).toBeLessThan(END_MS);
});
