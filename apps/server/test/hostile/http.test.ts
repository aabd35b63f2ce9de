import { expect } from 'vitest';
import { enginePath, UPGRADE_HEADERS } from '@digda/testkit/raw/handshake.ts';
import { ask, isStillOpen, requestText } from '@digda/testkit/raw/http.ts';
import { attackEach, type Case } from './attack-each.ts';

/** Writes a request. @returns the answer, and whether the server still reads the connection */
function send(request: string | Uint8Array): Case['attack'] {
	return async (attacker) => {
		const line = await attacker.line();
		const answer = await ask(line, request, String(request).startsWith('HEAD'));
		const { status, headers } = answer;
		const isLast = status === 0 || headers['connection'] === 'close';
		if (isLast) await line.closed();
		return { ...answer, isOpen: !isLast && (await isStillOpen(line)) };
	};
}

const get = (path: string, headers?: Record<string, string>) => send(requestText(`GET ${path}`, headers));
const raw = (...lines: string[]) => send(lines.join('\r\n'));
/** Matches any of several statuses. */
const status = (...allowed: number[]): object => ({
	status: expect.toSatisfy((it: number) => allowed.includes(it)) as unknown
});

const REJECTED = { status: 400, isOpen: false };
const NOT_FOUND = { status: 404, isOpen: true };
const NOT_FOR_STRANGERS = status(401, 403, 404);

/** One request for each path that resembles one of the server. */
const PATHS: Case[] = [
	'/socket.io',
	'/socket.io/x',
	'/socket.io/x?EIO=4&transport=polling',
	'/socket.iox/?EIO=4&transport=polling',
	'/SOCKET.IO/?EIO=4&transport=polling',
	'/socket.io/socket.io.js',
	'/socket.io/../socket.io/x',
	'/healthz/',
	'/metrics/x',
	'/../../../../etc/passwd',
	'/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
	'/..%5c..%5cetc/passwd',
	'/%00',
	'/%',
	'/%ff%fe',
	'//example.com/',
	'/__proto__',
	'/constructor',
	'/.data/digda.sqlite',
	'/package.json',
	`/${'a/'.repeat(4_000)}`
].map((path) => ({ name: `GET ${path.slice(0, 60)}`, attack: get(path), expect: NOT_FOUND }));

/** Requests for metrics that came through a proxy. */
const FORWARDED: Case[] = [
	{ 'X-Forwarded-For': '203.0.113.7' },
	{ 'X-Forwarded-For': '127.0.0.1' },
	{ Forwarded: 'for=203.0.113.7' },
	{ 'X-Real-IP': '203.0.113.7' }
].map((headers) => ({
	name: `GET /metrics with ${JSON.stringify(headers)}`,
	attack: get('/metrics', headers),
	expect: NOT_FOR_STRANGERS
}));

const METHODS: Case[] = ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'].map((method) => ({
	name: `${method} /`,
	attack: send(requestText(`${method} /`, { 'Content-Length': '0' })),
	expect: { status: 405, headers: { allow: expect.stringContaining('GET') as string } }
}));

/** Requests that are no valid HTTP. */
const MALFORMED: Case[] = [
	['bytes at random', send(Uint8Array.from({ length: 512 }, (_, index) => (index * 151 + 7) & 0xff))],
	['a TLS handshake', send(Uint8Array.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, ...Array<number>(64).fill(1)]))],
	['the preface of HTTP/2', raw('PRI * HTTP/2.0', '', 'SM', '', '')],
	['HTTP/9.9', raw('GET / HTTP/9.9', 'Host: x', '', '')],
	['an unknown method', raw('GETT / HTTP/1.1', 'Host: x', '', '')],
	['a line without a version and no host', raw('GET / HTTP', '', '')],
	['no host', raw('GET / HTTP/1.1', '', '')],
	['a header without a colon', raw('GET / HTTP/1.1', 'Host: x', 'nothing', '', '')],
	['a blank before the colon', raw('GET / HTTP/1.1', 'Host: x', 'Content-Length : 3', '', 'abc')],
	['a header in two lines', raw('GET / HTTP/1.1', 'Host: x', 'X-Long: a', ' b', '', '')],
	['a NUL in a header', raw('GET / HTTP/1.1', 'Host: x', 'X-Nul: a\0b', '', '')],
	['a carriage return in a header', raw('GET / HTTP/1.1', 'Host: x', 'X-Cr: a\rb', '', '')],
	[
		'both lengths',
		raw('POST / HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked', '', '0', '', '')
	],
	['two lengths', raw('POST / HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Content-Length: 5', '', 'abcde')],
	['a length below zero', raw('POST / HTTP/1.1', 'Host: x', 'Content-Length: -1', '', '')],
	['a length that is no number', raw('POST / HTTP/1.1', 'Host: x', 'Content-Length: 0x10', '', '')],
	['a length beyond 64 bits', raw('POST / HTTP/1.1', 'Host: x', `Content-Length: ${'9'.repeat(30)}`, '', '')],
	['chunked, but not at last', raw('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked, identity', '', '')],
	['chunked twice', raw('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked, chunked', '', '0', '', '')]
].map(([name, attack]) => ({ name: name as string, attack: attack as Case['attack'], expect: REJECTED }));

/** Upgrades that the server ignores: it serves the request as if it had not asked. */
const IGNORED_UPGRADES: Case[] = (
	[
		['a WebSocket at /', '/', {}, 404],
		['a WebSocket at /socket.io', '/socket.io?EIO=4&transport=websocket', {}, 404],
		['a WebSocket at /socket.io/x', '/socket.io/x?EIO=4&transport=websocket', {}, 404],
		['a WebSocket at /healthz', '/healthz', {}, 200],
		['h2c for a WebSocket', enginePath('websocket'), { Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' }, 400],
		['h2c for polling', enginePath('polling'), { Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' }, 200],
		[
			'h2c at /healthz',
			'/healthz',
			{ Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': '' },
			200
		],
		['h2c at /rooms/x', '/rooms/x', { Upgrade: 'h2c' }, 404],
		['TLS at /healthz', '/healthz', { Upgrade: 'TLS/1.0' }, 200],
		['an unknown protocol at /healthz', '/healthz', { Upgrade: 'foo' }, 200],
		['several protocols at /healthz', '/healthz', { Upgrade: 'websocket, h2c' }, 200],
		['no protocol at /healthz', '/healthz', { Upgrade: '' }, 200]
	] as const
).map(([name, path, headers, status]) => ({
	name: `ignored upgrade: ${name}`,
	attack: get(path, { ...UPGRADE_HEADERS, ...headers }),
	expect: { status, isOpen: false }
}));

/** Requests without one of the two headers of an upgrade. */
const NO_UPGRADES: Case[] = [
	{
		name: 'no upgrade: a connection that names no protocol',
		attack: get('/healthz', { Connection: 'Upgrade' }),
		expect: { status: 200, isOpen: true }
	},
	{
		name: 'no upgrade: a protocol for polling that the connection does not name',
		attack: get(enginePath('polling'), { ...UPGRADE_HEADERS, Connection: 'keep-alive' }),
		expect: { status: 200, isOpen: true }
	},
	{
		name: 'requests behind an upgrade that is ignored are answered or lose their connection',
		attack: async (attacker) => {
			const line = await attacker.line();
			const upgrade = requestText('GET /healthz', { Connection: 'Upgrade', Upgrade: 'h2c' });
			line.write(upgrade + requestText('GET /readyz').repeat(3) + 'GET /read');
			const { status } = await ask(line, '');
			await line.closed();
			return status;
		},
		expect: 200
	}
];

/** Wrong handshakes of a WebSocket at the right path. */
const UPGRADES: Case[] = [
	['no key', { 'Sec-WebSocket-Key': '' }],
	['a key of another length', { 'Sec-WebSocket-Key': 'AAAA' }],
	['version 12', { 'Sec-WebSocket-Version': '12' }],
	['no version', { 'Sec-WebSocket-Version': '' }],
	['a protocol with blanks', { 'Sec-WebSocket-Protocol': ', ,, ' }]
].map(([name, headers]) => ({
	name: `upgrade: ${name as string}`,
	attack: get(enginePath('websocket'), { ...UPGRADE_HEADERS, ...(headers as object) }),
	expect: { isOpen: false, status: expect.toSatisfy((it: number) => it !== 101 && it !== 200) as number }
}));

/** Some cases begin a connection over polling. The server notices its end after both of these times. */
const HEARTBEAT = { pingIntervalMs: 1_000, pingTimeoutMs: 3_000 };

attackEach(
	'[REQ-2] HTTP',
	[
		...PATHS,
		{ name: 'sockets without a query', attack: get('/socket.io/'), expect: status(400, 404) },
		{ name: 'GET /healthz', attack: get('/healthz'), expect: { status: 200, isOpen: true } },
		{ name: 'GET /readyz', attack: get('/readyz'), expect: { status: 200, isOpen: true } },
		{ name: 'GET /metrics from this machine', attack: get('/metrics'), expect: { status: 200, isOpen: true } },
		...FORWARDED,
		{
			name: 'a guessed token for the metrics',
			attack: get('/metrics', { Authorization: 'Bearer 0000', 'X-Forwarded-For': '203.0.113.7' }),
			expect: NOT_FOR_STRANGERS
		},
		...METHODS,
		...['/healthz', '/readyz', '/metrics'].map((path) => ({
			name: `POST ${path}`,
			attack: send(requestText(`POST ${path}`, { 'Content-Length': '0' })),
			expect: { status: 405, headers: { allow: expect.stringContaining('GET') as string } }
		})),
		{ name: 'HEAD of a missing path', attack: send(requestText('HEAD /x')), expect: { status: 404, body: '' } },
		{
			name: 'a request to proxy another host',
			attack: send(requestText('GET http://example.com/')),
			expect: status(400, 404)
		},
		{
			name: 'a request for a tunnel to another host',
			attack: send(requestText('CONNECT example.com:443')),
			expect: { isOpen: false }
		},
		{ name: 'OPTIONS *', attack: send(requestText('OPTIONS *')), expect: status(400, 404, 405) },
		{
			name: 'a look for headers that name the software',
			attack: async (attacker) => {
				const line = await attacker.line();
				const { headers } = await ask(line, requestText('GET /'));
				return Object.keys(headers).filter((name) => /^(server|x-powered-by|via)$/.test(name)).length;
			},
			expect: 0
		},
		...MALFORMED,
		{
			name: 'headers of 20 KB',
			attack: get('/', { 'X-Long': 'x'.repeat(20_000) }),
			expect: { status: 431, isOpen: false }
		},
		{ name: 'a path of 20 KB', attack: get(`/${'x'.repeat(20_000)}`), expect: { status: 431, isOpen: false } },
		{
			name: '1,500 headers',
			attack: send(['GET / HTTP/1.1', 'Host: x', ...Array<string>(1_500).fill('a: b'), '', ''].join('\r\n')),
			expect: status(404, 431)
		},
		{ name: 'an expectation', attack: get('/', { Expect: 'the unexpected' }), expect: { status: 417 } },
		{
			name: 'a chunk without a size',
			attack: raw('POST /socket.io/ HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked', '', 'zz', 'abc', ''),
			expect: { isOpen: false }
		},
		{
			name: 'a chunk of 2^64 bytes',
			attack: raw('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked', '', 'f'.repeat(17), ''),
			expect: { isOpen: false }
		},
		{
			name: 'an unknown transfer encoding',
			attack: raw('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: gzip', '', ''),
			expect: { isOpen: false }
		},
		{
			name: 'a body of 4 MB that the server does not read',
			attack: async (attacker) => {
				const line = await attacker.line();
				line.write(requestText('POST /', { 'Content-Length': String(2 ** 40) }));
				line.write(Buffer.alloc(4 * 1024 * 1024));
				const { status } = await ask(line, '');
				return status;
			},
			expect: 405,
			isHeavy: true
		},
		{
			name: '100 requests at once on a connection',
			attack: async (attacker) => {
				const line = await attacker.line();
				line.write(requestText('GET /x').repeat(100));
				const found: number[] = [];
				for (let count = 0; count < 100; count += 1) found.push((await ask(line, '')).status);
				return found.every((status) => status === 404);
			},
			expect: true
		},
		...IGNORED_UPGRADES,
		...NO_UPGRADES,
		...UPGRADES,
		{
			name: 'upgrade: no protocol at all',
			attack: get(enginePath('websocket'), { ...UPGRADE_HEADERS, Upgrade: '' }),
			expect: { status: 400 }
		}
	],
	HEARTBEAT
);
