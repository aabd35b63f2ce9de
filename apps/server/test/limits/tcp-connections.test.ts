import { expect, onTestFinished, test } from 'vitest';
import { ask, requestText } from '@digda/testkit/raw/http.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

const HEALTH = requestText('GET /healthz');

test('an address has a maximum of TCP connections; one more is not answered until another ends', async () => {
	const { port } = await startServer({ areRatesLimited: true, maxConnectionsPerAddress: 5 });
	const open = async () => {
		const line = await Line.open(port);
		onTestFinished(() => line.close());
		return line;
	};
	const [first, second] = await Promise.all(Array.from({ length: 5 }, open));
	if (!first || !second) throw new Error('no connection is open');
	expect(await ask(await open(), HEALTH)).toMatchObject({ status: 0 });
	expect(await ask(first, HEALTH)).toMatchObject({ status: 200 });

	second.close();
	await expect.poll(async () => (await ask(await open(), HEALTH)).status).toBe(200);
	expect(await ask(await open(), HEALTH)).toMatchObject({ status: 0 });
});
