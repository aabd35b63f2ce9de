import { expect, onTestFinished, test } from 'vitest';
import { Line } from '@digda/testkit/raw/Line.ts';
import { ask, nextAnswer, requestText } from '@digda/testkit/raw/http.ts';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { enginePath, UPGRADE_REQUEST } from '@digda/testkit/raw/handshake.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** How many requests an address may make at once; 100 more come back each second. */
const BURST = 3_000;

/** How many requests of a connection may wait for their answers. */
const MAX_PIPELINED = 128;

async function open(port: number): Promise<Line> {
	const line = await Line.open(port);
	onTestFinished(() => line.close());
	return line;
}

/** Makes requests, a hundred at once on each of some connections. @returns how many were served before the first rejection */
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

test('a classroom opens the page at once, and an address that asks without an end is rejected', async () => {
	const { port, url } = await startServer({ areRatesLimited: true });
	const known = await connectChat(url);
	expect(await flood(port, requestText('GET /'))).toBeGreaterThanOrEqual(BURST - 100);
	// Whatever is no request of an open connection has no more shares.
	const paths = ['/rooms/x', '/socket.io/x', enginePath('polling'), `${enginePath('polling')}&sid=nobody`];
	for (const request of [UPGRADE_REQUEST, ...paths.map((path) => requestText(`GET ${path}`))]) {
		await expect.poll(async () => (await ask(await open(port), request)).status, { interval: 1 }).toBe(429);
	}
	expect((await ask(await open(port), requestText('GET /healthz'))).status).toBe(200);
	await known.join('lobby');
});

test('requests of an unknown connection count, however they name it', async () => {
	const { port } = await startServer({ areRatesLimited: true });
	expect(await flood(port, requestText(`GET ${enginePath('polling')}&sid=nobody`))).toBeLessThan(BURST + 1_000);
});

test('requests of an open connection do not count as those for the page', async () => {
	const { port, url } = await startServer({ areRatesLimited: true });
	const known = await connectChat(url, undefined, { transports: ['polling'] });
	await flood(port, requestText('GET /'));
	for (let count = 0; count < 20; count += 1) await known.join('lobby');
});

test('a connection that asks on without waiting for answers is served so many, and ends', async () => {
	const { port } = await startServer();
	const line = await open(port);
	line.write(requestText('GET /x').repeat(5_000));
	const statuses: number[] = [];
	for (let status = 1; status !== 0;) statuses.push((status = (await nextAnswer(line)).status));
	expect(statuses.filter((status) => status === 404).length).toBeGreaterThanOrEqual(MAX_PIPELINED);
	expect(statuses.slice(-2)).toEqual([429, 0]);
	expect((await ask(await open(port), requestText('GET /x'))).status).toBe(404);
});

test('an address that does not stop is out for some seconds, apart from its WebSockets', async () => {
	const { port, url } = await startServer({ areRatesLimited: true });
	const known = await connectChat(url);
	const idle = await open(port);
	const floods = await Promise.all([1, 2, 3].map(() => open(port)));
	for (const line of floods) line.write(requestText('GET /x').repeat(2_000));
	await idle.closed();
	for (const line of floods) await line.closed();
	// Neither served nor answered.
	expect((await ask(await open(port), requestText('GET /x'))).status).toBe(0);
	await known.join('lobby');
	if (process.platform === 'linux') {
		const other = await Line.open(port, '127.0.0.2');
		onTestFinished(() => other.close());
		expect((await ask(other, requestText('GET /x'))).status).toBe(404);
	}
	await expect.poll(async () => (await ask(await open(port), requestText('GET /x'))).status).toBe(404);
});
