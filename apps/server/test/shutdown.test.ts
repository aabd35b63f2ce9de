import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { UPGRADE_REQUEST } from '@digda/testkit/raw/handshake.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';

/** A TCP connection that sends a beginning and then nothing more, whatever it receives. */
async function openSilent(port: number, beginning: string) {
	const connection = connect({ port, host: '127.0.0.1' });
	onTestFinished(() => void connection.destroy());
	connection.on('error', () => undefined);
	await once(connection, 'connect');
	connection.write(beginning);
	return connection;
}

test.for(['SIGINT', 'SIGTERM'] as const)(
	'[LINE-4] %s ends the process within 10 s despite silent connections, and clients reconnect',
	async (signal) => {
		const PORT = String(await reservePort());
		const first = await startProcess({ PORT });
		const clients = await Promise.all(
			['websocket', 'polling'].map((transport) =>
				connectEcho(first.url, { transports: [transport], reconnectionDelayMax: 200 })
			)
		);
		const webSocket = await openSilent(first.port, UPGRADE_REQUEST);
		await once(webSocket, 'data');
		await openSilent(first.port, 'GET / HTTP/1.1\r\nHost: local');
		const lost = clients.map((client) => nextEvent(client, 'disconnect'));

		const signalledAt = performance.now();
		first.child.kill(signal); // the signal comes twice, as from a terminal and a parent process
		expect(await first.stop(signal)).toBe(0);
		expect(performance.now() - signalledAt).toBeLessThan(10_000);
		await Promise.all(lost);

		const back = clients.map((client) => nextEvent(client, 'connect'));
		await startProcess({ PORT });
		await Promise.all(back);
		for (const client of clients) {
			expect(await ask(client, '다시')).toBe('서버입니다: 다시');
		}
	}
);
