import { Agent } from 'node:http';
import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { Manager, type ManagerOptions, type Socket } from 'socket.io-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findEngines } from '@digda/testkit/engines/engines.ts';
import { NginxServer } from '@digda/testkit/engines/NginxServer.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { ask } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import type { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

/** Starts nginx in front of two nodes. They end with the test. */
async function startCluster(variables: Record<string, string> = {}) {
	const nodes = await Promise.all([0, 1].map(() => startProcess({ TRUST_PROXY: '1', ...variables })));
	const nginx = await NginxServer.start(nodes.map(({ port }) => port));
	onTestFinished(() => nginx.stop());
	return { nodes, url: nginx.url };
}

/** A stock client from an address of this machine, which reconnects soon. It is disconnected when the test ends. */
function createClient(url: string, transport: string, number: number, options: Partial<ManagerOptions> = {}) {
	// An option of Node.js alone: a browser cannot choose its address.
	const agent = new Agent({ localAddress: `127.0.0.${number}`, keepAlive: true }) as unknown as string;
	const manager = new Manager(url, { transports: [transport], agent, reconnectionDelay: 50, ...options });
	const socket: Socket<EchoServerToClient, EchoClientToServer> = manager.socket('/');
	onTestFinished(() => void socket.disconnect());
	return socket;
}

async function connect(url: string, transport: string, number = 1, options: Partial<ManagerOptions> = {}) {
	const socket = createClient(url, transport, number, options);
	await nextEvent(socket, 'connect');
	return socket;
}

/** The index of the node that received a text. Its log line may come after its answer. */
async function hearer(nodes: ServerProcess[], text: string): Promise<number> {
	const find = () => nodes.findIndex(({ heard }) => heard.includes(text));
	await expect.poll(find).not.toBe(-1);
	return find();
}

describe.skipIf(!findEngines().nginx)('behind nginx', () => {
	test('[LINE-1] a polling client has one node for all its requests, from any address', async () => {
		const { nodes, url } = await startCluster();
		const used = new Set<number>();
		for (let number = 1; number <= 12; number += 1) {
			const socket = await connect(url, 'polling', number);
			let closes = 0;
			socket.on('disconnect', () => (closes += 1));
			const texts = Array.from({ length: 20 }, (_, count) => `${number}: ${count}`);
			for (const text of texts) expect(await ask(socket, text)).toBe(`서버입니다: ${text}`);
			const hearers = new Set(await Promise.all(texts.map((text) => hearer(nodes, text))));
			expect(hearers.size).toBe(1);
			expect(closes).toBe(0);
			for (const node of hearers) used.add(node);
		}
		expect(used).toEqual(new Set([0, 1]));
	});

	test('[LINE-1] a client connects over WebSocket, or is upgraded from polling', async () => {
		const { url } = await startCluster();
		const direct = await connect(url, 'websocket');
		expect(await ask(direct, '안녕')).toBe('서버입니다: 안녕');

		const upgraded = await connect(url, 'polling', 2, { transports: ['polling', 'websocket'] });
		await expect.poll(() => upgraded.io.engine.transport.name).toBe('websocket');
		expect(await ask(upgraded, '안녕')).toBe('서버입니다: 안녕');
	});

	test.for(['polling', 'websocket'])(
		'[LINE-4] a client (%s) of a killed node reconnects to the other one, and stays there',
		async (transport) => {
			const { nodes, url } = await startCluster();
			const socket = await connect(url, transport);
			await ask(socket, 'before');
			const first = await hearer(nodes, 'before');

			const back = nextEvent(socket, 'connect');
			await nodes[first]?.stop('SIGKILL');
			await back;
			for (const text of ['after', 'later']) {
				expect(await ask(socket, text)).toBe(`서버입니다: ${text}`);
				expect(await hearer(nodes, text)).toBe(1 - first);
			}
		}
	);

	test('a new client of a killed node gets the other one at once', async () => {
		const { nodes, url } = await startCluster();
		await ask(await connect(url, 'websocket'), 'before');
		await nodes[await hearer(nodes, 'before')]?.stop('SIGKILL');

		for (const transport of ['polling', 'websocket']) {
			const socket = await connect(url, transport, 1, { reconnection: false });
			expect(await ask(socket, transport)).toBe(`서버입니다: ${transport}`);
		}
	});

	test('a node counts clients by their own addresses, and nginx does not send rejected ones to the other node', async () => {
		const { url } = await startCluster({ MAX_CONNECTIONS_PER_ADDRESS: '1' });
		for (const number of [1, 2, 3]) {
			await connect(url, 'websocket', number);
			for (const transport of ['polling', 'websocket']) {
				const second = createClient(url, transport, number);
				await nextEvent(second, 'connect_error');
				second.disconnect();
			}
		}
	});

	test('the operator endpoints are not public', async () => {
		const { nodes, url } = await startCluster();
		for (const path of ['/healthz', '/readyz', '/metrics']) {
			expect((await fetch(`${url}${path}`)).status).toBe(404);
			expect((await fetch(`${nodes[0]?.url}${path}`)).status).toBe(200);
		}
	});
});
