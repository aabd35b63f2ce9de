import { expect, onTestFinished, test } from 'vitest';
import { Line } from '@digda/testkit/raw/Line.ts';
import { ask, nextAnswer, requestText } from '@digda/testkit/raw/http.ts';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { enginePath, UPGRADE_REQUEST } from '@digda/testkit/raw/handshake.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** The requests that an address may send at once. The bucket gains 100 each second. */
const BURST = 3_000;

/** The most requests of a connection that may wait for their answers. */
const MAX_PIPELINED = 128;

async function open(port: number): Promise<Line> {
	const line = await Line.open(port);
	onTestFinished(() => line.close());
	return line;
}

/** Sends requests, a hundred at once on each connection. @returns the number served before the first rejection */
async function flood(port: number, request: string): Promise<number> {
	for (let served = 0; ;) {
		const line = await open(port);
		line.write(request.repeat(100));
		for (let count = 0; count < 100; count += 1) {
			const { status, headers } = await nextAnswer(line);
			if (status === 429) {
				expect(headers).toMatchObject({
					connection: 'close',
					'retry-after': expect.stringMatching(/^[1-9]/) as string
				});
				await line.closed();
				return served;
			}
			served += 1;
		}
		line.close();
	}
}

test('an address may send 3,000 requests at once, and is rejected beyond that', async () => {
	const { port, url } = await startServer({ areRatesLimited: true });
	const known = await connectChat(url);
	expect(await flood(port, requestText('GET /'))).toBeGreaterThanOrEqual(BURST - 100);
	// Every request that belongs to no open connection is rejected.
	const paths = ['/rooms/x', '/socket.io/x', enginePath('polling'), `${enginePath('polling')}&sid=nobody`];
	for (const request of [UPGRADE_REQUEST, ...paths.map((path) => requestText(`GET ${path}`))]) {
		await expect.poll(async () => (await ask(await open(port), request)).status, { interval: 1 }).toBe(429);
	}
	expect((await ask(await open(port), requestText('GET /healthz'))).status).toBe(200);
	await known.join('lobby');
});

test('requests with an unknown sid count', async () => {
	const { port } = await startServer({ areRatesLimited: true });
	expect(await flood(port, requestText(`GET ${enginePath('polling')}&sid=nobody`))).toBeLessThan(BURST + 1_000);
});

test('requests of an open connection do not count as requests for the page', async () => {
	const { port, url } = await startServer({ areRatesLimited: true });
	const known = await connectChat(url, undefined, { transports: ['polling'] });
	await flood(port, requestText('GET /'));
	for (let count = 0; count < 20; count += 1) await known.join('lobby');
});

test('a connection that pipelines too many requests is ended', async () => {
	const { port } = await startServer();
	const line = await open(port);
	line.write(requestText('GET /x').repeat(5_000));
	const statuses: number[] = [];
	for (let status = 1; status !== 0;) statuses.push((status = (await nextAnswer(line)).status));
	expect(statuses.filter((status) => status === 404).length).toBeGreaterThanOrEqual(MAX_PIPELINED);
	expect(statuses.slice(-2)).toEqual([429, 0]);
	expect((await ask(await open(port), requestText('GET /x'))).status).toBe(404);
});

test('an address that keeps flooding is shut out for some seconds, except its WebSockets', async () => {
	const { port, url } = await startServer({ areRatesLimited: true });
	const known = await connectChat(url);
	const idle = await open(port);
	const floods = await Promise.all([1, 2, 3].map(() => open(port)));
	for (const line of floods) line.write(requestText('GET /x').repeat(2_000));
	await idle.closed();
	for (const line of floods) await line.closed();
	// A status of 0: the server closes the connection without an answer.
	expect((await ask(await open(port), requestText('GET /x'))).status).toBe(0);
	await known.join('lobby');
	if (process.platform === 'linux') {
		const other = await Line.open(port, '127.0.0.2');
		onTestFinished(() => other.close());
		expect((await ask(other, requestText('GET /x'))).status).toBe(404);
	}
	await expect.poll(async () => (await ask(await open(port), requestText('GET /x'))).status).toBe(404);
});
