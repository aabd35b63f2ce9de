import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { enginePath, UPGRADE_HEADERS } from '@digda/testkit/raw/handshake.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

type Headers = Record<string, string>;
type Server = Awaited<ReturnType<typeof startServer>>;

/** Begins a connection over one transport. @returns status and headers of the answer */
async function begin({ port }: Server, transport: string, headers: Headers, method = 'GET') {
	const attempt = request({
		port,
		host: '127.0.0.1',
		path: enginePath(transport),
		method,
		headers: { ...(transport === 'websocket' ? UPGRADE_HEADERS : {}), ...headers },
		agent: false
	});
	attempt.end();
	const [response] = (await Promise.race([once(attempt, 'response'), once(attempt, 'upgrade')])) as [IncomingMessage];
	response.destroy();
	return { status: response.statusCode, headers: response.headers };
}

const REJECTED = { websocket: 403, polling: 403 };
const ALLOWED = { websocket: 101, polling: 200 };

const CASES: [string, Headers, keyof typeof verdicts][] = [
	['a listed origin', { Origin: 'http://localhost:5173' }, 'allowed'],
	['no origin', {}, 'allowed'],
	['its own origin by address', { Origin: 'http://10.1.2.3:3000', Host: '10.1.2.3:3000' }, 'allowed'],
	['its own origin by IPv6 address', { Origin: 'http://[::1]:3000', Host: '[::1]:3000' }, 'allowed'],
	['its own origin by localhost', { Origin: 'http://localhost:3000', Host: 'localhost:3000' }, 'allowed'],
	['its own origin behind TLS', { Origin: 'https://10.1.2.3', Host: '10.1.2.3' }, 'allowed'],
	['a foreign origin', { Origin: 'https://evil.example' }, 'rejected'],
	[
		'a name that was rebound to this machine',
		{ Origin: 'http://evil.example:3000', Host: 'evil.example:3000' },
		'rejected'
	],
	['another port of the same address', { Origin: 'http://10.1.2.3:8080', Host: '10.1.2.3:3000' }, 'rejected'],
	['the scheme of an app', { Origin: 'capacitor://localhost', Host: 'localhost' }, 'rejected'],
	['a sandboxed page', { Origin: 'null' }, 'rejected'],
	['a listed origin as a prefix', { Origin: 'http://localhost:5173.evil.example' }, 'rejected'],
	['something that is no origin', { Origin: 'localhost:5173' }, 'rejected']
];
const verdicts = { allowed: ALLOWED, rejected: REJECTED };

test.for(CASES)('[LINE-2] %s gets the same verdict on both transports', async ([, headers, verdict]) => {
	const server = await startServer();
	for (const transport of ['websocket', 'polling'] as const) {
		const { status } = await begin(server, transport, headers);
		expect(status, transport).toBe(verdicts[verdict][transport]);
	}
});

test('the log names the variable that would allow a rejected origin', async () => {
	const server = await startServer();
	await begin(server, 'websocket', { Origin: 'https://evil.example' });

	expect(server.lines.map(({ msg }) => msg)).toEqual([
		'Rejected the origin https://evil.example: add it to CLIENT_ORIGIN to allow it'
	]);
});

test('CORS allows origin and credentials of an allowed page, and nothing of a foreign one', async () => {
	const server = await startServer();
	const preflight = (origin: string) =>
		begin(server, 'polling', { Origin: origin, 'Access-Control-Request-Method': 'POST' }, 'OPTIONS');

	const own = await preflight('http://localhost:5173');
	expect(own.headers).toMatchObject({
		'access-control-allow-origin': 'http://localhost:5173',
		'access-control-allow-credentials': 'true',
		'access-control-allow-methods': 'GET,POST'
	});
	const foreign = await preflight('https://evil.example');
	expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
});

test('[LINE-2] a page of a foreign origin can GET, without an Origin, but not POST', async () => {
	const { url } = await startServer();
	const session = await fetch(`${url}${enginePath('polling')}`);
	const { sid } = JSON.parse((await session.text()).slice(1)) as { sid: string };

	const connect = await fetch(`${url}${enginePath('polling')}&sid=${sid}`, {
		method: 'POST',
		headers: { Origin: 'http://evil.example' },
		body: '40'
	});
	expect(connect.status).toBe(403);
});
