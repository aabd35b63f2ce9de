import fc from 'fast-check';
import { enginePath, UPGRADE_HEADERS } from '@digda/testkit/raw/handshake.ts';
import { SCRIPT } from '@digda/testkit/server/temporary-page.ts';

/** The bytes of a client on a connection of its own, and how it leaves. */
export interface Conversation {
	/** All its bytes. The last request may be incomplete. */
	bytes: Buffer;
	/** The number of requests. */
	requests: number;
	/** A client waits for all answers, or ends or resets the connection as soon as it has written. */
	leaves: 'after-answers' | 'half-closed' | 'reset';
}

const word = fc.string({ maxLength: 12 });
const digits = fc.oneof(
	fc.nat(300),
	fc.constantFrom('', '-1', '1e3', '0x1', '9007199254740993', '18446744073709551615', '9'.repeat(300))
);

/** Well-formed paths. None begins a connection over polling, which would last for 25 s. */
const goodPath = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.constantFrom(
			...['/', SCRIPT, '/index.html', '/_app/version.json', '/rooms/lobby', '/rooms/%EB%A1%9C', '/join', '/200.html'],
			...['/healthz', '/readyz', '/metrics', '/nothing', '/index.html.br', '/_app', '/_app/immutable/', '/?', '//'],
			...[
				'/%',
				'/%00',
				'/%ff',
				'/..',
				'/../..',
				'//host/x',
				'/rooms/%',
				'http://localhost/',
				`http://localhost${SCRIPT}`
			],
			...[`/${'a'.repeat(4_000)}`, `/rooms/${'%41'.repeat(2_000)}`]
		)
	},
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			...['/socket.io', '/socket.io/', '/socket.io/x', '/socket.io/?EIO=3&transport=polling', '/socket.io/?EIO=4'],
			...['/socket.io/?EIO=4&transport=__proto__', `${enginePath('polling')}&sid=nobody`, enginePath('websocket')],
			...[`${enginePath('websocket')}&sid=nobody`, `${enginePath('polling')}&sid=a&sid=__proto__`]
		)
	},
	{ weight: 1, arbitrary: fc.webPath().map((rest) => `/${rest}`) }
);

const path = fc.oneof(
	{ weight: 4, arbitrary: goodPath },
	fc.constantFrom(
		...[
			'*',
			'',
			'/\\..',
			'?',
			'/#',
			'#',
			'https://[::1]:99999/',
			'http://',
			'localhost:80',
			'x:',
			`/${'a'.repeat(20_000)}`
		]
	),
	word.map((rest) => `/${rest}`)
);

const range = fc.oneof(
	fc.tuple(digits, digits).map(([from, to]) => `bytes=${from}-${to}`),
	fc
		.array(fc.tuple(digits, digits), { maxLength: 30 })
		.map((parts) => `bytes=${parts.map((part) => part.join('-')).join()}`),
	fc.constantFrom('bytes', 'bytes=', 'bytes=-', 'items=0-1', 'bytes=5-2', `bytes=${'0-1,'.repeat(2_000)}`),
	word
);

type Header = readonly [name: string, value: string];

/** Headers that change how a request is read, with valid and invalid values. */
const VALUES: Record<string, string[]> = {
	Connection: ['close', 'Upgrade', 'keep-alive, Upgrade'],
	Upgrade: ['h2c', 'websocket', 'foo', ''],
	'HTTP2-Settings': ['AAMAAABk'],
	Expect: ['100-continue', 'x'],
	'Content-Length': ['0', '5', '-1', '99999999999999999999'],
	'Transfer-Encoding': ['chunked', 'gzip, chunked'],
	TE: ['trailers'],
	Host: ['', 'a, b'],
	Origin: ['null'],
	'X-Forwarded-For': ['x, ::1'],
	'Sec-WebSocket-Version': ['13'],
	'Sec-WebSocket-Key': [UPGRADE_HEADERS['Sec-WebSocket-Key']]
};

const header: fc.Arbitrary<Header> = fc.oneof(
	{ weight: 4, arbitrary: range.map((value): Header => ['Range', value]) },
	fc.tuple(
		fc.constantFrom('Accept-Encoding', 'If-None-Match', 'If-Range', 'If-Modified-Since', 'Accept', 'Accept-Language'),
		fc.oneof(
			fc.constantFrom('*', 'br', 'gzip;q=0, *;q=0.001', 'br;q=', '"x"', 'W/"x", *', ',,,', 'a,'.repeat(3_000)),
			word
		)
	),
	fc.constantFrom(...Object.entries(VALUES).flatMap(([name, values]) => values.map((value): Header => [name, value]))),
	fc.tuple(word, word)
);

const manyHeaders = fc
	.nat(2_200)
	.map((count) => Array.from({ length: count }, (_, index): Header => [`x${index}`, 'y']));

const body = fc.oneof(
	{ weight: 6, arbitrary: fc.constant('') },
	fc.constantFrom(
		'5\r\nhello\r\n0\r\n\r\n',
		'5\r\nhel',
		'zz\r\n',
		'ffffffffffffffff1\r\n',
		'0\r\nTrailer: x\r\n\r\n',
		'hello'
	),
	word
);

const request = fc
	.record({
		method: fc.oneof(
			{ weight: 6, arbitrary: fc.constant('GET') },
			{
				weight: 2,
				arbitrary: fc.constantFrom('HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'M-SEARCH')
			},
			fc.constantFrom('', 'get', 'GETT', 'G'.repeat(100))
		),
		path,
		version: fc.oneof(
			{ weight: 8, arbitrary: fc.constant('HTTP/1.1') },
			fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 x', 'HTTP', '')
		),
		host: fc.oneof({ weight: 9, arbitrary: fc.constant('Host: localhost\r\n') }, fc.constant('')),
		headers: fc.oneof(
			{ weight: 40, arbitrary: fc.array(header, { maxLength: 6 }) },
			{ weight: 1, arbitrary: manyHeaders }
		),
		body
	})
	.map(({ method, path: where, version, host, headers, body: rest }) => {
		const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
		return `${method} ${where} ${version}\r\n${host}${lines}\r\n${rest}`;
	});

/** Headers that end no connection with any value. */
const goodHeader = fc.oneof(
	fc.tuple(fc.nat(200), fc.nat(200)).map(([from, to]) => `Range: bytes=${from}-${to}\r\n`),
	fc.constantFrom('Range: bytes=5-2\r\n', 'Range: bytes=-1\r\n', 'Range: bytes=0-18446744073709551615\r\n', ''),
	fc.constantFrom('Accept-Encoding: br\r\n', 'Accept-Encoding: gzip;q=0.1, *;q=0\r\n', 'If-None-Match: *\r\n'),
	fc.constantFrom('Expect: 100-continue\r\n', 'Expect: x\r\n')
);

/** Requests that end no connection, so that later ones are read. */
const good = fc
	.tuple(fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'OPTIONS'), goodPath, goodHeader)
	.map(([method, where, line]) => `${method} ${where} HTTP/1.1\r\nHost: localhost\r\n${line}\r\n`);

const requests = fc.oneof(
	{
		weight: 15,
		arbitrary: fc.array(fc.oneof({ weight: 9, arbitrary: good }, request), { minLength: 1, maxLength: 16 })
	},
	{
		weight: 1,
		arbitrary: fc.tuple(good, fc.integer({ min: 17, max: 300 })).map(([one, count]) => Array<string>(count).fill(one))
	}
);

/** The server closes the connection after this request, unless an earlier request takes it as its body. */
const LAST = 'GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

const whole = requests.map((texts): Conversation => ({
	bytes: Buffer.from(texts.join('') + LAST, 'latin1'),
	requests: texts.length + 1,
	leaves: 'after-answers'
}));

const cutOff = fc
	.tuple(
		requests,
		fc.double({ min: 0, max: 1, noNaN: true }),
		fc.constantFrom('half-closed' as const, 'reset' as const)
	)
	.map(([texts, share, leaves]): Conversation => {
		const bytes = Buffer.from(texts.join(''), 'latin1');
		return { bytes: bytes.subarray(0, Math.ceil(share * bytes.length)), requests: texts.length, leaves };
	});

/** Conversations over HTTP: valid and odd requests in sequence, some of them cut off at any byte. */
export const conversation: fc.Arbitrary<Conversation> = fc.oneof(
	{ weight: 2, arbitrary: whole },
	{ weight: 1, arbitrary: cutOff }
);
