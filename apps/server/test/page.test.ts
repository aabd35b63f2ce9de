import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectEcho, ask, startServer } from './support/server.ts';

/** A server with a small page. */
async function startWithPage() {
	const page = await mkdtemp(join(tmpdir(), 'digda-page-'));
	onTestFinished(() => rm(page, { recursive: true }));
	await mkdir(join(page, '_app/immutable'), { recursive: true });
	await writeFile(join(page, 'index.html'), '<h1>digda</h1>');
	await writeFile(join(page, '200.html'), '<h1>room</h1>');
	await writeFile(join(page, '_app/immutable/app.abc.js'), 'export {}');
	await writeFile(join(page, 'service-worker.js'), '');
	await writeFile(join(page, 'manifest.webmanifest'), '{}');
	return await startServer({ page });
}

test('the page comes with headers that protect it and is asked for again each time', async () => {
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

test('files with a hash in their name are kept for a year', async () => {
	const { url } = await startWithPage();
	const response = await fetch(`${url}/_app/immutable/app.abc.js`);
	expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test.for([
	['/service-worker.js', 'text/javascript'],
	['/manifest.webmanifest', 'application/manifest+json']
] as const)('%s is %s, and is asked for again each time', async ([path, type]) => {
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
	'/rooms/%EB%A1%9C%EB%B9%84',
	'/rooms/lobby?at=7',
	'/rooms/v1.0'
])('%s is a room, whatever its name', async (path) => {
	const { url } = await startWithPage();
	const response = await fetch(url + path);
	expect(response.status).toBe(200);
	expect(await response.text()).toBe('<h1>room</h1>');
	expect((await fetch(`${url}/roomservice`)).status).toBe(404);
});

test('page and sockets share one port', async () => {
	const { url } = await startWithPage();
	const socket = await connectEcho(url, { extraHeaders: { Origin: url } });
	expect(await ask(socket, '안녕')).toBe('서버입니다: 안녕');
});

test('what is not there is 404, another method is 405, and Socket.IO’s own client is not served', async () => {
	const { url } = await startWithPage();
	expect((await fetch(`${url}/nothing`)).status).toBe(404);
	expect((await fetch(`${url}/_app/immutable/nothing.js`)).status).toBe(404);
	expect((await fetch(`${url}/socket.io/socket.io.js`)).status).toBe(404);
	const post = await fetch(url, { method: 'POST' });
	expect(post.status).toBe(405);
	expect(post.headers.get('allow')).toBe('GET, HEAD');
});

test.for(['/../server.test.ts', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/%', '//etc/passwd'])(
	'%s does not lead out of the page',
	async (path) => {
		const { port } = await startWithPage();
		const attempt = request({ port, host: '127.0.0.1', path }).end();
		const [response] = (await once(attempt, 'response')) as [IncomingMessage];
		response.resume();
		expect(response.statusCode).toBe(404);
	}
);

test('without a page the server says so', async () => {
	const { url } = await startServer();
	const response = await fetch(url);
	expect(response.status).toBe(404);
	expect(await response.text()).toBe('This server has no page, only sockets.\n');
});
