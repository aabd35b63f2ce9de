import { MAX_CLIENT_PAYLOAD_BYTES } from '@digda/protocol';
import { expect, test } from 'vitest';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** The longest allowed time-out of a request or an answer, in milliseconds. */
const LONGEST_MS = 60_000;

test('time-outs end a client that writes, reads or waits slowly over HTTP', async () => {
	const { server } = await startServer();
	const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = server.http;
	for (const [name, ms] of Object.entries({ headersTimeout, requestTimeout, keepAliveTimeout, timeout })) {
		// 0 would mean no time-out.
		expect(ms, name).toBeGreaterThan(0);
		expect(ms, name).toBeLessThanOrEqual(LONGEST_MS);
	}
	expect(headersTimeout).toBeLessThanOrEqual(15_000);
	expect(keepAliveTimeout).toBeLessThanOrEqual(15_000);
	// A poll is answered by the next ping at the latest.
	expect(timeout).toBeGreaterThan(20_000);
});

test('[LINE-3] the handshake has the heartbeat and the packet limit', async () => {
	const { url } = await startServer();
	const open = await (await fetch(url + enginePath('polling'))).text();
	const told = JSON.parse(open.slice(1)) as Record<string, unknown>;
	expect(told).toMatchObject({ pingInterval: 15_000, pingTimeout: 10_000, maxPayload: MAX_CLIENT_PAYLOAD_BYTES });
});
