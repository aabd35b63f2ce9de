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

/** Starts digda's own server, on a port on which it can be started again; it is closed when the test ends, or before. */
export async function startDigda(port?: number) {
	return await startServer({ origins: [], port: port ?? (await reservePort()) });
}

/** Starts the blog's server: Socket.IO with the two events of the echo and nothing else. */
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

/** Puts a proxy before a server that does something to WebSocket; it is closed when the test ends. */
export async function startProxyBefore(port: number, upgrades: Upgrades) {
	const proxy = await Proxy.start(port);
	proxy.upgrades = upgrades;
	onTestFinished(() => proxy.close());
	return proxy.url;
}

/**
 * A wrapper for the echo; it is disconnected when the test ends.
 * @param page stands for the window of a browser
 */
export function createWrapper(page?: EventTarget) {
	const wrapper = new SocketWrapper<EchoServerToClient, EchoClientToServer>(page);
	onTestFinished(() => wrapper.disconnect());
	return wrapper;
}

export type EchoWrapper = ReturnType<typeof createWrapper>;

/** Options that reconnect at once, so that no test waits longer than it must. */
export const QUICK: SocketWrapperOptions = { reconnectionDelay: 10, reconnectionDelayMax: 50 };

/** Connects and waits until the connection stands. */
export async function connected(wrapper: EchoWrapper, url: string, options = QUICK) {
	const connect = nextEvent(wrapper, 'connect');
	wrapper.connect(url, options);
	await connect;
}

/** The first argument of the next event. */
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
 * Sets the clock forward as a machine does that has slept: the heartbeat is overdue, and nobody has noticed.
 * The test goes back to real time by itself when it ends.
 */
export function fallAsleep() {
	vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
	onTestFinished(() => void vi.useRealTimers());
}

/** The URL of a port of this machine. */
function urlOf(port: number): string {
	return `http://127.0.0.1:${port}`;
}
