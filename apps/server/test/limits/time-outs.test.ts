import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { expect, test } from 'vitest';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** No time-out of a request or an answer is longer, in milliseconds. */
const LONGEST_MS = 60_000;

test('whoever writes, reads or waits slowly over HTTP is ended after a while', async () => {
	const { server } = await startServer();
	const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = server.http;
	for (const [name, ms] of Object.entries({ headersTimeout, requestTimeout, keepAliveTimeout, timeout })) {
		// 0 is none.
		expect(ms, name).toBeGreaterThan(0);
		expect(ms, name).toBeLessThanOrEqual(LONGEST_MS);
	}
	expect(headersTimeout).toBeLessThanOrEqual(15_000);
	expect(keepAliveTimeout).toBeLessThanOrEqual(15_000);
	// A client that polls is answered with a ping at the latest.
	expect(timeout).toBeGreaterThan(20_000);
});

test('[LINE-3] a client is told how often it is asked whether it is there, and how much a packet holds', async () => {
	const { url } = await startServer();
	const open = await (await fetch(url + enginePath('polling'))).text();
	const told = JSON.parse(open.slice(1)) as Record<string, unknown>;
	expect(told).toMatchObject({ pingInterval: 15_000, pingTimeout: 10_000, maxPayload: MAX_CLIENT_PAYLOAD_BYTES });
});
