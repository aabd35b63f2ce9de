import { expect, onTestFinished, test } from 'vitest';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

/** Loaded into each thread: that of the database hangs for ever at the first batch. */
const HANG = `
import { isMainThread, parentPort } from 'node:worker_threads';
if (!isMainThread) parentPort.on('message', (text) => {
	if (text.includes('"append"')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** How long what was sent is waited for, and then the end of connections; and when the process ends at the latest. */
const TIMINGS = { finishTimeoutMs: 500, closeTimeoutMs: 200, shutdownTimeoutMs: 3_000 };

/** The port is closed before the process ends, and both sooner than with the time-outs that people get. */
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
	// The echo answers; the store does not.
	expect(await ask(await connectEcho(server.url), 'hello')).toBe('서버입니다: hello');
	const begunAt = performance.now();
	const ended = server.stop('SIGTERM');
	await expect.poll(() => fetch(`${server.url}/healthz`).catch(() => undefined), { timeout: PORT_MS }).toBeUndefined();
	expect(await ended).toBe(1);
	expect(performance.now() - begunAt).toBeLessThan(END_MS);
});
