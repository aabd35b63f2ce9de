import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Proxy } from '../src/proxy/Proxy.ts';

const UPGRADE = 'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n';

/** A server that answers and never closes; it is closed when the test ends. */
async function startServer() {
	const connections: Socket[] = [];
	const server = createServer((connection) => {
		connections.push(connection.on('error', () => undefined));
		connection.on('data', () => connection.write('HTTP/1.1 101\r\n\r\n'));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	return { connections, port: (server.address() as AddressInfo).port };
}

test.for(['passed', 'rejected', 'unanswered', 'dead', 'slow'] as const)(
	'a proxy that closes ends both sides of its connections, and closes once, where WebSocket is %s',
	async (upgrades) => {
		const { connections, port } = await startServer();
		const proxy = await Proxy.start(port);
		proxy.upgrades = upgrades;
		const client = connect({ port: proxy.port, host: '127.0.0.1' });
		client.on('error', () => undefined);
		const ended = new Promise((resolve) => client.once('close', resolve));
		client.write(UPGRADE);
		if (upgrades === 'unanswered') await once(client, 'connect');
		else await once(client, 'data');

		await Promise.all([proxy.close(), proxy.close()]);
		await proxy.close();
		await ended;
		await expect.poll(() => connections.every(({ destroyed }) => destroyed)).toBe(true);
		expect(connections).toHaveLength(upgrades === 'rejected' || upgrades === 'unanswered' ? 0 : 1);
	}
);
