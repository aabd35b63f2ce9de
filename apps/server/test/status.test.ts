import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ChatClientProbe, connectChat } from '@digda/testkit/client/chat.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { startProcess } from '@digda/testkit/server/process.ts';

async function get(url: string, headers: Record<string, string> = {}) {
	const answer = await fetch(url, { headers });
	return { status: answer.status, text: await answer.text() };
}

test('a running server is healthy and ready, and only healthy once its store is closed', async () => {
	const { url, store } = await startServer();
	expect(await get(`${url}/healthz`)).toEqual({ status: 200, text: 'ok\n' });
	expect(await get(`${url}/readyz`)).toEqual({ status: 200, text: 'ready\n' });
	await store.close();
	expect(await get(`${url}/healthz`)).toEqual({ status: 200, text: 'ok\n' });
	// The server remembers an answer of the store for a moment.
	await expect.poll(() => get(`${url}/readyz`)).toEqual({ status: 503, text: 'the store is not available\n' });
});

test('readiness requests query the store at most once in 250 ms', async () => {
	const { url, store } = await startServer();
	const heads = store.heads.bind(store);
	let asked = 0;
	store.heads = (rooms) => {
		if (rooms.length === 0) asked += 1;
		return heads(rooms);
	};
	const begunAtMs = performance.now();
	while (performance.now() - begunAtMs < 1_000) {
		const answers = await Promise.all(Array.from({ length: 20 }, () => get(`${url}/readyz`)));
		expect(answers.every(({ status }) => status === 200)).toBe(true);
	}
	const mostMs = performance.now() - begunAtMs;
	expect(asked).toBeGreaterThan(1);
	expect(asked).toBeLessThanOrEqual(1 + mostMs / 250);
});

test.for(['/healthz', '/readyz', '/metrics'])(
	'%s rejects an address that asks too often, and no other',
	async (path) => {
		const { url } = await startServer({ areRatesLimited: true, trustedHops: 1, metricsToken: 'a-token-of-our-own' });
		const ask = async (address: string) =>
			await fetch(url + path, { headers: { 'X-Forwarded-For': address, Authorization: 'Bearer a-token-of-our-own' } });
		// Ten times as often as a load balancer and Prometheus ask.
		for (let count = 0; count < 50; count += 1) expect((await ask('192.0.2.1')).status).toBe(200);
		const answers = await Promise.all(Array.from({ length: 100 }, () => ask('192.0.2.1')));
		const rejected = answers.filter(({ status }) => status === 429);
		expect(rejected.length).toBeGreaterThan(50);
		for (const { headers } of rejected) {
			expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
			expect(headers.get('connection')).toBe('close');
		}
		expect((await ask('192.0.2.2')).status).toBe(200);
		expect((await fetch(`${url}/`, { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status).toBe(404);
	}
);

test('a server whose store does not answer says within a few seconds that it is not ready', async () => {
	const { url, store } = await startServer();
	// The store never answers, as when the disk hangs.
	store.heads = () => new Promise(() => undefined);
	expect(await get(`${url}/readyz`)).toEqual({ status: 503, text: 'the store does not answer\n' });
});

test('a closing server is not ready, takes no new connection, and answers earlier requests', async () => {
	const { url, port, server, store } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	// The server closes while the disk is still writing.
	const disk = Promise.withResolvers<undefined>();
	const append = store.append.bind(store);
	store.append = async (...args) => {
		await disk.promise;
		return await append(...args);
	};
	const line = connect(port, '127.0.0.1');
	onTestFinished(() => void line.destroy());
	await once(line, 'connect');
	const sent = me.send('lobby', 'before the end');
	await expect.poll(() => me.socket.io.engine.writeBuffer.length).toBe(0);
	await me.get('history:read', { room: 'lobby', after: 0 });

	const closed = server.close();
	expect(await get(`${url}/readyz`)).toEqual({ status: 503, text: 'closing\n' });
	expect((await get(`${url}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
	disk.resolve(undefined);
	expect(await sent).toMatchObject({ seq: 1 });
	await closed;
});

test('metrics count connections, sends, deliveries and rejections', async () => {
	const { url } = await startServer();
	const [me, you] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, you]) await client.join('lobby');
	const { id } = await me.send('lobby', '안녕');
	await me.send('lobby', '안녕', id);
	await me.ask('history:read', { room: 'elsewhere', after: 0 });

	const { text } = await get(`${url}/metrics`);
	for (const line of [
		'digda_connections{transport="websocket"} 2',
		'digda_connections{transport="polling"} 0',
		'digda_sessions 2',
		'digda_rooms 1',
		'digda_sends_total{result="stored"} 1',
		'digda_sends_total{result="duplicate"} 1',
		'digda_deliveries_total 2',
		'digda_rejections_total{code="forbidden"} 1',
		'digda_commit_batch_size_count 2'
	]) {
		expect(text.split('\n')).toContain(line);
	}
	expect(text).toMatch(/^digda_commit_duration_seconds_sum 0\.\d+$/m);
});

test('the program adds metrics of its process and its event loop', async () => {
	const { url } = await startProcess();
	const { text } = await get(`${url}/metrics`);
	expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
	expect(text).toMatch(/^process_resident_memory_bytes /m);
});

test('metrics without a token are for programs on this machine, not for a proxy or a page', async () => {
	const { url } = await startServer();
	expect((await get(`${url}/metrics`)).status).toBe(200);
	for (const headers of [
		{ 'X-Forwarded-For': '127.0.0.1' },
		{ Forwarded: 'for=127.0.0.1' },
		{ Via: '1.1 proxy' },
		{ Origin: 'http://evil.example' }
	]) {
		const answer = await get(`${url}/metrics`, headers);
		expect(answer.status, JSON.stringify(headers)).toBe(403);
		expect(answer.text).not.toContain('digda_');
	}
});

test('metrics are not for a page under a name that was rebound to this machine', async () => {
	const { port } = await startServer();
	const line = connect(port, '127.0.0.1');
	onTestFinished(() => void line.destroy());
	line.write('GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
	const [chunk] = (await once(line, 'data')) as [Buffer];
	expect(chunk.toString()).toMatch(/^HTTP\/1\.1 403 /);
});

test('metrics with a token are for requests that show it, from any address', async () => {
	const metricsToken = 'a-token-of-our-own';
	const { url } = await startServer({ metricsToken });
	const read = async (headers?: Record<string, string>) => (await get(`${url}/metrics`, headers)).status;
	expect(await read()).toBe(403);
	expect(await read({ Authorization: 'Bearer a-token-of-ours' })).toBe(403);
	expect(await read({ Authorization: `Bearer ${metricsToken}`, 'X-Forwarded-For': '192.0.2.1' })).toBe(200);
});

test('the log holds neither a text of a room nor a token', async () => {
	const server = await startProcess({ LOG_LEVEL: 'info' });
	const me = await connectChat(server.url);
	await me.join('lobby');
	const { id } = await me.send('lobby', 'a-secret-text');
	await me.add('edit', 'lobby', { target: me.target(id), text: 'a-secret-text' });
	await me.ask('message:send', { room: 'lobby', id: 'wrong', text: 'a-secret-text' });
	const stale = `${me.ready?.token?.slice(0, -1)}_`;
	const stranger = new ChatClientProbe(server.url, { auth: { token: stale } });
	await nextEvent(stranger.socket, 'connect_error');
	await me.untilTold('entry:new');
	await server.stop('SIGTERM');
	const log = JSON.stringify(server.lines);
	expect(log).toContain('Server is running');
	for (const secret of ['a-secret-text', me.ready?.token ?? '', stale]) expect(log).not.toContain(secret);
});
