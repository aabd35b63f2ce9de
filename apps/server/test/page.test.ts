import { readdirSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { join, sep } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { connectEcho, ask } from '@digda/testkit/client/echo.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { isRoute } from '../src/http/page/routes.ts';
import { SCRIPT, temporaryPage } from '@digda/testkit/server/temporary-page.ts';

/** Sends a request without headers of its own. @returns the answer with its body still encoded */
async function get(port: number, path: string, headers: Record<string, string> = {}, method = 'GET') {
	const attempt = request({ port, host: '127.0.0.1', path, headers, method }).end();
	const [response] = (await once(attempt, 'response')) as [IncomingMessage];
	const chunks: Buffer[] = [];
	for await (const chunk of response) chunks.push(chunk as Buffer);
	return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

/** A server with a small page. */
async function startWithPage() {
	const page = temporaryPage();
	onTestFinished(() => page.remove());
	page.write('/service-worker.js', '');
	writeFileSync(join(page.directory, 'manifest.webmanifest'), '{}');
	return await startServer({ page: page.directory });
}

test('the page has protective headers and is revalidated on each visit', async () => {
	const { url } = await startWithPage();
	const response = await fetch(url);

	expect(response.status).toBe(200);
	expect(await response.text()).toBe('<h1>digda</h1>');
	expect(Object.fromEntries(response.headers)).toMatchObject({
		'content-type': 'text/html;charset=utf-8',
		'cache-control': 'no-cache',
		'content-security-policy': "frame-ancestors 'none'",
		'x-content-type-options': 'nosniff',
		'referrer-policy': 'no-referrer'
	});
	expect(response.headers.has('x-powered-by')).toBe(false);
});

test('files with a hash in their name are cached for a year', async () => {
	const { url } = await startWithPage();
	const response = await fetch(`${url}/_app/immutable/app.abc.js`);
	expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test.for([
	['/service-worker.js', 'text/javascript'],
	['/manifest.webmanifest', 'application/manifest+json']
] as const)('%s is %s, and is revalidated on each visit', async ([path, type]) => {
	const { url } = await startWithPage();
	const { headers } = await fetch(url + path);
	expect(headers.get('content-type')).toBe(type);
	expect(headers.get('cache-control')).toBe('no-cache');
});

test.for([
	'/join',
	'/device',
	'/rooms',
	'/rooms/lobby',
	'/rooms/',
	'/rooms/lobby/',
	'/rooms/%EB%A1%9C%EB%B9%84',
	'/rooms/~AAAAAAAAAAAAAAAAAAAAAA',
	'/rooms/lobby?at=7'
])('%s is a route of the page', async (path) => {
	const { url } = await startWithPage();
	const response = await fetch(url + path);
	expect(response.status).toBe(200);
	expect(await response.text()).toBe('<h1>room</h1>');
});

test.for([
	'/roomservice',
	'/join/x',
	'/device/x',
	'/rooms/lobby/extra',
	'/rooms//lobby',
	'//rooms/lobby',
	'/rooms/v1.0',
	'/rooms/a%2Fb',
	'/rooms/lobby/x',
	'/rooms/100%',
	'/rooms/%ff',
	'/index.html',
	'/200.html',
	'/_app/immutable/nothing.js',
	`/rooms/${'a'.repeat(65)}`
])('a browser gets the page with 404 for %s, and a program a line of text', async (path) => {
	const { port } = await startWithPage();
	const page = await get(port, path, { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'If-None-Match': '*' });
	expect([page.status, page.body.toString()]).toEqual([404, '<h1>room</h1>']);
	for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json' }]) {
		const { status, body } = await get(port, path, headers);
		expect([status, body.toString()]).toEqual([404, 'Not found\n']);
	}
});

test('the server knows the routes of the page', () => {
	const folder = join(import.meta.dirname, '../../client/src/routes');
	const routes = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter(({ name }) => name === '+page.svelte')
		.map(({ parentPath }) => parentPath.slice(folder.length).replaceAll(sep, '/'));
	const known = ['', '/device', '/join', '/rooms', '/rooms/[room]', '/rooms/[room]/[seq]', '/[...path]'];
	expect(routes.toSorted()).toEqual(known.toSorted());
	const paths = known.map((route) => route.replace('[room]', 'lobby').replace('[seq]', '42'));
	expect(paths.filter(isRoute).toSorted()).toEqual(['/device', '/join', '/rooms', '/rooms/lobby', '/rooms/lobby/42']);
});

test('a file is served in the best coding that the client accepts, or as it is', async () => {
	const { port } = await startWithPage();
	const plain = await get(port, SCRIPT);
	expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-type': 'text/javascript' });
	for (const [accepted, coding] of [
		['gzip, deflate, br, zstd', 'br'],
		['GZIP', 'gzip'],
		['br;q=0, gzip;q=0.1', 'gzip'],
		['*', 'br'],
		['*;q=0', undefined],
		['identity;q=0', undefined],
		['deflate', undefined],
		['br;q=x, ;;,,=', undefined],
		['', undefined]
	] as const) {
		const { status, headers, body } = await get(port, SCRIPT, { 'Accept-Encoding': accepted });
		expect([status, headers['content-encoding']], accepted).toEqual([200, coding]);
		expect(Number(headers['content-length']), accepted).toBe(body.length);
		const decoders = { br: brotliDecompressSync, gzip: gunzipSync };
		const decoded = coding === undefined ? body : decoders[coding](body);
		expect(decoded.equals(plain.body), accepted).toBe(true);
	}
});

test('a matching If-None-Match is answered with 304, and each coding has its own ETag', async () => {
	const { port } = await startWithPage();
	const { headers, body } = await get(port, '/', { 'Accept-Encoding': 'br' });
	const etag = headers.etag ?? '';
	expect(body.length).toBeGreaterThan(0);
	for (const known of [etag, `W/${etag}`, `"x", ${etag},"y"`, '*']) {
		const again = await get(port, '/', { 'Accept-Encoding': 'br', 'If-None-Match': known });
		expect([again.status, again.body.length], known).toEqual([304, 0]);
		expect(again.headers).toMatchObject({ etag, 'cache-control': 'no-cache', vary: 'Accept-Encoding' });
	}
	for (const unknown of ['"x"', 'W/', '', '"', etag.slice(1)]) {
		expect((await get(port, '/', { 'Accept-Encoding': 'br', 'If-None-Match': unknown })).status, unknown).toBe(200);
	}
	expect((await get(port, '/', { 'If-None-Match': etag })).status).toBe(200);
});

test('HEAD is answered as GET, without the body', async () => {
	const { port } = await startWithPage();
	for (const path of ['/', '/rooms/lobby', SCRIPT]) {
		const [whole, head] = [await get(port, path), await get(port, path, {}, 'HEAD')];
		expect(head.body.length).toBe(0);
		expect({ ...head.headers, date: '' }).toEqual({ ...whole.headers, date: '' });
	}
});

test('page and sockets share one port', async () => {
	const { url } = await startWithPage();
	const socket = await connectEcho(url, { extraHeaders: { Origin: url } });
	expect(await ask(socket, '안녕')).toBe('서버입니다: 안녕');
});

test('a missing file and Socket.IO’s own client are 404, and another method is 405', async () => {
	const { url } = await startWithPage();
	expect((await fetch(`${url}/nothing`)).status).toBe(404);
	expect((await fetch(`${url}/_app/immutable/nothing.js`)).status).toBe(404);
	expect((await fetch(`${url}/socket.io/socket.io.js`)).status).toBe(404);
	const post = await fetch(url, { method: 'POST' });
	expect(post.status).toBe(405);
	expect(post.headers.get('allow')).toBe('GET, HEAD');
});

test.for([
	'/../server.test.ts',
	'/..%2f..%2fetc/passwd',
	'/%2e%2e/%2e%2e/etc/passwd',
	'/_app/../../etc/passwd',
	'/_app/immutable',
	'/_app/immutable/',
	'/index.html/',
	'/index.html.br',
	'/index.html%00',
	'/%',
	'/%ff',
	'//',
	'//etc/passwd'
])('%s does not lead out of the page', async (path) => {
	const { port } = await startWithPage();
	expect((await get(port, path)).status).toBe(404);
});

test('the longest path that headers allow is 404', async () => {
	const { port } = await startWithPage();
	expect((await get(port, `/${'a'.repeat(15_000)}`)).status).toBe(404);
});

test('a server without a page says so', async () => {
	const { url } = await startServer();
	const response = await fetch(url);
	expect(response.status).toBe(404);
	expect(await response.text()).toBe('This server serves sockets only, no page.\n');
});
