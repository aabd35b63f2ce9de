import fc from 'fast-check';
import { enginePath, UPGRADE_HEADERS } from '@digda/testkit/raw/handshake.ts';
import { requestText } from '@digda/testkit/raw/http.ts';

const path = fc.oneof(
	fc.constantFrom('/', '/socket.io/', '/socket.io', '/healthz', '/metrics', '/rooms/x', '*', '/%', '//x', '/..'),
	fc.constantFrom(enginePath('polling'), enginePath('websocket'), '/socket.io/?EIO=4&transport=polling&sid=x'),
	fc.webPath(),
	fc.string({ maxLength: 40 }).map((rest) => `/${rest}`)
);

const header = fc.oneof(
	fc.constantFrom(
		['Content-Length', '5'],
		['Content-Length', '-1'],
		['Transfer-Encoding', 'chunked'],
		['Transfer-Encoding', 'gzip'],
		['Connection', 'Upgrade'],
		['Connection', 'close'],
		['Upgrade', 'websocket'],
		['Expect', '100-continue'],
		['Origin', 'null'],
		['Origin', 'http://['],
		['Host', '']
	),
	fc.constantFrom(...Object.entries(UPGRADE_HEADERS)),
	fc.tuple(fc.string({ maxLength: 10 }), fc.string({ maxLength: 30 }))
);

const assembled = fc
	.tuple(
		fc.constantFrom('GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'CONNECT', 'TRACE', 'get', ''),
		path,
		fc.array(header, { maxLength: 6 }),
		fc.string({ maxLength: 20 })
	)
	.map(([method, where, headers, body]) => requestText(`${method} ${where}`, Object.fromEntries(headers), body));

/** Bytes for the port: valid and odd requests, and other bytes. */
export const httpBytes: fc.Arbitrary<string | Uint8Array> = fc.oneof(
	{ weight: 8, arbitrary: assembled },
	{ weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }) }
);
