import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { Server } from 'socket.io';
import { onTestFinished, vi } from 'vitest';
import { SocketWrapper, type SocketWrapperOptions } from '#lib/socket';
import { Proxy, type Upgrades } from '@digda/testkit/proxy/Proxy.ts';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** Starts digda's server on a port that a later server can use, too. It is closed at the end of the test or earlier. */
export async function startDigda(port?: number) {
	return await startServer({ origins: [], port: port ?? (await reservePort()) });
}

/** Starts the blog's server: Socket.IO with only the two events of the echo. */
export async function startBlog() {
	const http = createHttpServer();
	const io = new Server(http);
	io.on('connection', (socket) => {
		socket.on('eventFromClient', (text: string) => {
			socket.emit('eventFromServer', `서버입니다: ${text}`);
		});
	});
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	onTestFinished(() => io.close());
	return { io, url: urlOf((http.address() as AddressInfo).port) };
}

/** Starts a proxy that affects WebSocket in front of a server. It is closed at the end of the test. */
export async function startProxyBefore(port: number, upgrades: Upgrades) {
	const proxy = await Proxy.start(port);
	proxy.upgrades = upgrades;
	onTestFinished(() => proxy.close());
	return proxy.url;
}

/**
 * Creates a wrapper for the echo, which is disconnected at the end of the test.
 * @param page replaces the window of a browser
 */
export function createWrapper(page?: EventTarget) {
	const wrapper = new SocketWrapper<EchoServerToClient, EchoClientToServer>(page);
	onTestFinished(() => wrapper.disconnect());
	return wrapper;
}

export type EchoWrapper = ReturnType<typeof createWrapper>;

/** Options that reconnect at once, to keep the tests fast. */
export const QUICK: SocketWrapperOptions = { reconnectionDelay: 10, reconnectionDelayMax: 50 };

/** Connects and waits for the connection. */
export async function connected(wrapper: EchoWrapper, url: string, options = QUICK) {
	const connect = nextEvent(wrapper, 'connect');
	wrapper.connect(url, options);
	await connect;
}

/** Waits for the next event, and returns its first argument. */
export function nextEvent(
	wrapper: EchoWrapper,
	event: 'connect' | 'disconnect' | 'connect_error' | 'eventFromServer'
): Promise<unknown> {
	return new Promise((resolve) => {
		const off = wrapper.on(event, (value?: unknown) => {
			off();
			resolve(value);
		});
	});
}

/**
 * Advances the clock like a machine after a sleep: the heartbeat is overdue, and the client has not noticed it. The test
 * returns to real time at its end.
 */
export function fallAsleep() {
	vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
	onTestFinished(() => void vi.useRealTimers());
}

/** Returns the URL of a port of this machine. */
function urlOf(port: number): string {
	return `http://127.0.0.1:${port}`;
}
