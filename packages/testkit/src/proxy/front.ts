import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What a front (a proxy, a firewall) does to WebSocket: refuses the upgrade, never answers it, or answers
 * it and then lets nothing through. A slow one lets everything through, later.
 */
export type FrontMode = 'refused' | 'unanswered' | 'dead' | 'slow';

/** How long a slow front keeps the first bytes of each connection. */
export const SLOW_FRONT_MS = 300;

/**
 * Starts a TCP front before a server: everything but WebSocket passes.
 * @returns its port, and the function that ends it
 */
export async function startFront(targetPort: number, mode: FrontMode) {
	const open = new Set<Socket>();
	const keep = (socket: Socket) => {
		open.add(socket);
		socket.on('error', () => undefined).once('close', () => open.delete(socket));
		return socket;
	};

	const front = createServer((client) => {
		keep(client).once('data', (head) => {
			const isUpgrade = /^upgrade: *websocket/im.test(head.toString('latin1'));
			if (isUpgrade && mode === 'refused') {
				client.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
			} else if (isUpgrade && mode === 'unanswered') {
				client.resume();
			} else {
				const server = keep(connect({ port: targetPort, host: '127.0.0.1' }));
				setTimeout(() => server.write(head), mode === 'slow' ? SLOW_FRONT_MS : 0);
				if (isUpgrade && mode === 'dead') passHeaderOnly(server, client);
				else client.pipe(server).pipe(client);
			}
		});
	});
	front.listen(0, '127.0.0.1');
	await once(front, 'listening');

	return {
		port: (front.address() as AddressInfo).port,
		close() {
			front.close();
			for (const socket of open) socket.destroy();
		}
	};
}

/** Lets the answer to an upgrade pass and nothing after it, in neither direction. */
function passHeaderOnly(server: Socket, client: Socket) {
	client.resume();
	server.once('data', (answer) => {
		client.write(answer.subarray(0, answer.indexOf('\r\n\r\n') + 4));
		server.resume();
	});
}
