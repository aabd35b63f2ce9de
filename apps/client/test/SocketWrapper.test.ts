import type { Server } from 'socket.io';
import { expect, test, vi } from 'vitest';
import { SLOW_MS } from '@digda/testkit/proxy/Proxy.ts';
import {
	connected,
	createWrapper,
	fallAsleep,
	nextEvent,
	QUICK,
	startBlog,
	startDigda,
	startProxyBefore,
	type EchoWrapper
} from './support/servers.ts';

/** Sends a text to the echo and waits for the answer. */
async function ask(wrapper: EchoWrapper, text: string) {
	const answer = nextEvent(wrapper, 'eventFromServer');
	expect(wrapper.emit('eventFromClient', text)).toBe(true);
	return await answer;
}

/** Closes all connections of the server, but not the server itself. */
function cutLines(io: Server) {
	for (const { conn } of io.sockets.sockets.values()) conn.close();
}

/**
 * Connects another wrapper and lets it chat for a while: whatever was to come back after a millisecond is
 * back by then.
 */
async function outlast(url: string) {
	const other = createWrapper();
	await connected(other, url);
	for (let round = 0; round < 10; round += 1) await ask(other, 'x');
}

test('the wrapper connects to digda’s server, and to a server with only the blog’s two events', async () => {
	for (const { url } of [await startDigda(), await startBlog()]) {
		const wrapper = createWrapper();
		await connected(wrapper, url);
		expect(wrapper.transport.current).toBe('websocket');
		expect(await ask(wrapper, '안녕하세요')).toBe('서버입니다: 안녕하세요');
	}
});

test('two calls of connect open one connection', async () => {
	const { io, url } = await startBlog();
	const wrapper = createWrapper();
	wrapper.connect(url);
	await connected(wrapper, url);
	wrapper.connect(url);

	expect(await ask(wrapper, 'x')).toBe('서버입니다: x');
	expect(io.sockets.sockets.size).toBe(1);
	expect(io.engine.clientsCount).toBe(1);
});

test('another URL replaces the connection and keeps the listeners', async () => {
	const [first, second] = [await startBlog(), await startBlog()];
	const wrapper = createWrapper();
	const heard: string[] = [];
	wrapper.on('eventFromServer', (answer) => heard.push(answer));
	await connected(wrapper, first.url);
	await connected(wrapper, second.url);

	await ask(wrapper, 'x');
	expect(heard).toEqual(['서버입니다: x']);
	expect(second.io.engine.clientsCount).toBe(1);
	await expect.poll(() => first.io.engine.clientsCount).toBe(0);
});

test('a listener from before connect is called until it is unsubscribed', async () => {
	const { url } = await startDigda();
	const wrapper = createWrapper();
	const heard: string[] = [];
	const off = wrapper.on('eventFromServer', (answer) => heard.push(answer));
	await connected(wrapper, url);

	await ask(wrapper, 'one');
	off();
	off();
	await ask(wrapper, 'two');
	expect(heard).toEqual(['서버입니다: one']);
});

test('the wrapper reconnects after a lost connection, and does not double listeners', async () => {
	const { io, url } = await startBlog();
	const wrapper = createWrapper();
	const heard: string[] = [];
	wrapper.on('eventFromServer', (answer) => heard.push(answer));
	await connected(wrapper, url);

	for (let round = 0; round < 3; round += 1) {
		const back = nextEvent(wrapper, 'connect');
		cutLines(io);
		await back;
	}
	await ask(wrapper, 'x');
	expect(heard).toEqual(['서버입니다: x']);
});

test('the wrapper reconnects after the server closed the socket', async () => {
	const { io, url } = await startBlog();
	const wrapper = createWrapper();
	await connected(wrapper, url);
	const reason = nextEvent(wrapper, 'disconnect');
	const back = nextEvent(wrapper, 'connect');

	io.disconnectSockets(true);
	expect(await reason).toBe('io server disconnect');
	await back;
	expect(await ask(wrapper, 'x')).toBe('서버입니다: x');
});

test('the wrapper stops after all attempts if the server closes each socket at once, and keeps the reason', async () => {
	const { io, url } = await startBlog();
	let knocks = 0;
	let isClosing = true;
	io.on('connection', (socket) => {
		knocks += 1;
		if (isClosing) socket.disconnect();
	});
	const wrapper = createWrapper();
	// A connection that lasts longer than the longest delay resets the backoff, so this delay is long.
	const impatient = { reconnectionDelay: 1, reconnectionDelayMax: 1_000 };
	wrapper.connect(url, { ...impatient, reconnectionAttempts: 3 });
	await expect.poll(() => knocks).toBe(4);

	isClosing = false;
	await outlast(url);
	expect(io.sockets.sockets.size).toBe(1);
	expect(wrapper.error.current?.message).toBe('io server disconnect');
});

test('the wrapper reconnects after the server rejected the socket', async () => {
	const { io, url } = await startBlog();
	let rejections = 2;
	io.use((_socket, next) => next(rejections-- > 0 ? new Error('not now') : undefined));
	const wrapper = createWrapper();
	const errors: string[] = [];
	wrapper.on('connect_error', ({ message }) => errors.push(message));

	await connected(wrapper, url);
	expect(errors).toEqual(['not now', 'not now']);
	expect(await ask(wrapper, 'x')).toBe('서버입니다: x');
});

test('connect during a reconnection opens one connection', async () => {
	const { io, url } = await startBlog();
	const wrapper = createWrapper();
	let connects = 0;
	wrapper.on('connect', () => (connects += 1));
	await connected(wrapper, url);
	const reason = nextEvent(wrapper, 'disconnect');
	io.disconnectSockets();
	await reason;

	await connected(wrapper, url);
	await ask(wrapper, 'x');
	expect(connects).toBe(2);
	expect(io.sockets.sockets.size).toBe(1);
});

test('without the option reconnection the wrapper stays disconnected until connect', async () => {
	const { port, close, url } = await startDigda();
	await close();
	const wrapper = createWrapper();
	const options = { reconnection: false, reconnectionDelay: 1 };
	const error = nextEvent(wrapper, 'connect_error');
	wrapper.connect(url, options);
	await error;

	await startDigda(port);
	await connected(wrapper, url, options);

	for (const cut of [(io: Server) => io.disconnectSockets(), cutLines]) {
		const blog = await startBlog();
		await connected(wrapper, blog.url, options);
		const lost = nextEvent(wrapper, 'disconnect');
		cut(blog.io);
		await lost;
		await outlast(blog.url);
		expect(blog.io.sockets.sockets.size).toBe(1);
		await connected(wrapper, blog.url, options);
	}
});

test('after disconnect the wrapper stays disconnected, also after the server closed the socket', async () => {
	const { io, url } = await startBlog();
	const wrapper = createWrapper();
	await connected(wrapper, url, { ...QUICK, reconnectionDelay: 1 });
	const reason = nextEvent(wrapper, 'disconnect');
	io.disconnectSockets();
	await reason;
	wrapper.disconnect();

	await outlast(url);
	expect(wrapper.isConnected.current).toBe(false);
	expect(wrapper.error.current).toBeUndefined();
	expect(io.sockets.sockets.size).toBe(1);
});

test('after an error the wrapper is not connected, and keeps the error until the next connection', async () => {
	const { port, close, url } = await startDigda();
	await close();
	const wrapper = createWrapper();
	const error = nextEvent(wrapper, 'connect_error');
	// On a busy machine, the next server may start after the last of five attempts.
	wrapper.connect(url, { ...QUICK, reconnectionAttempts: Infinity });

	expect(await error).toBeInstanceOf(Error);
	expect(wrapper.isConnected.current).toBe(false);
	expect(wrapper.error.current).toBe(await error);

	const back = nextEvent(wrapper, 'connect');
	await startDigda(port);
	await back;
	expect(wrapper.isConnected.current).toBe(true);
	expect(wrapper.error.current).toBeUndefined();
});

test('the wrapper stops after 5 retries by default, and connect starts again', async () => {
	const { port, close, url } = await startDigda();
	await close();
	const wrapper = createWrapper();
	let errors = 0;
	wrapper.on('connect_error', () => (errors += 1));
	wrapper.connect(url, QUICK);

	await expect.poll(() => errors).toBe(6);
	await startDigda(port);
	expect(wrapper.isConnected.current).toBe(false);
	await connected(wrapper, url);
	expect(errors).toBe(6);
});

test.for(['', 'nowhere', '/chat', 'localhost:3000', 'ftp://localhost', 'http://'])(
	'the URL "%s" throws a clear error and leaves the wrapper disconnected',
	async (url) => {
		const server = await startDigda();
		const wrapper = createWrapper();
		expect(() => wrapper.connect(url)).toThrow(/is not the URL of a server/);
		expect(wrapper.isConnected.current).toBe(false);

		await connected(wrapper, server.url);
		expect(() => wrapper.connect(url)).toThrow(TypeError);
		expect(wrapper.isConnected.current).toBe(false);
	}
);

test('an event without a connection is neither sent nor buffered', async () => {
	const { url } = await startDigda();
	const wrapper = createWrapper();
	const heard: string[] = [];
	wrapper.on('eventFromServer', (answer) => heard.push(answer));

	expect(wrapper.emit('eventFromClient', 'early')).toBe(false);
	await expect(wrapper.emitWithAck('eventFromClient', 'early')).rejects.toThrow('not connected');
	wrapper.connect(url, QUICK);
	expect(wrapper.emit('eventFromClient', 'connecting')).toBe(false);
	await nextEvent(wrapper, 'connect');
	await ask(wrapper, 'now');
	expect(heard).toEqual(['서버입니다: now']);
});

test('an event on an undetected dead connection is never sent', async () => {
	const { io, url } = await startBlog();
	const received: string[] = [];
	io.on('connection', (socket) => socket.onAny((_event, text: string) => received.push(text)));
	const wrapper = createWrapper();
	await connected(wrapper, url);
	const back = nextEvent(wrapper, 'disconnect').then(() => nextEvent(wrapper, 'connect'));

	fallAsleep();
	expect(wrapper.isConnected.current).toBe(true);
	expect(wrapper.emit('eventFromClient', 'one')).toBe(false);
	await expect(wrapper.emitWithAck('eventFromClient', 'two')).rejects.toThrow('not connected');
	vi.useRealTimers();

	await back;
	await ask(wrapper, 'now');
	expect(received).toEqual(['now']);
});

test('emitWithAck returns the reply, and fails when the connection ends before the reply', async () => {
	const digda = await startDigda();
	const wrapper = createWrapper();
	await connected(wrapper, digda.url);
	expect(await wrapper.emitWithAck('eventFromClient', 'x')).toEqual({ ok: true, data: {} });

	const blog = await startBlog(); // a server without acknowledgements
	await connected(wrapper, blog.url);
	const reply = wrapper.emitWithAck('eventFromClient', 'x');
	cutLines(blog.io);
	await expect(reply).rejects.toThrow();
});

test('[LINE-6] the round trip is that of the last ping of this connection', async () => {
	const { io, url } = await startBlog();
	const replies: (() => void)[] = [];
	io.on('connection', (socket) => {
		socket.on('eventFromClient', (_text, reply: (answer: unknown) => void) => {
			replies.push(() => reply({ ok: true, data: {} }));
		});
	});
	const wrapper = createWrapper();
	const seen: (number | undefined)[] = [];
	wrapper.roundTripMs.subscribe((value) => seen.push(value));
	await connected(wrapper, url);
	const askAndWait = async (waitMs: number, isPing = true) => {
		const answer = wrapper[isPing ? 'ping' : 'emitWithAck']('eventFromClient', 'x');
		await expect.poll(() => replies).toHaveLength(1);
		const now = performance.now.bind(performance);
		const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + waitMs);
		replies.pop()?.();
		await answer;
		clock.mockRestore();
	};
	expect(seen).toEqual([undefined]);
	await askAndWait(0);
	expect(wrapper.roundTripMs.current).toBeGreaterThan(0);
	await askAndWait(60_000);
	expect(wrapper.roundTripMs.current).toBeGreaterThan(60_000);
	await askAndWait(1_000, false);
	expect(wrapper.roundTripMs.current).toBeGreaterThan(60_000);
	expect(seen).toHaveLength(3);

	const back = nextEvent(wrapper, 'connect');
	cutLines(io);
	await back;
	expect(wrapper.roundTripMs.current).toBeUndefined();
	expect(seen.at(-1)).toBeUndefined();
});

test.for(['rejected', 'unanswered', 'dead'] as const)(
	'where WebSocket is %s the wrapper uses polling',
	async (mode) => {
		const { port } = await startDigda();
		const wrapper = createWrapper();
		await connected(wrapper, await startProxyBefore(port, mode), { ...QUICK, timeout: 500 });

		expect(wrapper.transport.current).toBe('polling');
		expect(await ask(wrapper, '안녕하세요')).toBe('서버입니다: 안녕하세요');
	}
);

test('on a slow connection each attempt has a longer timeout than the last one', async () => {
	const { port } = await startDigda();
	const url = await startProxyBefore(port, 'slow');
	const wrapper = createWrapper();
	const errors: Error[] = [];
	wrapper.on('connect_error', (error) => errors.push(error));

	await connected(wrapper, url, { ...QUICK, timeout: SLOW_MS / 3 });
	expect(errors.length).toBeGreaterThan(0);
	expect(await ask(wrapper, 'x')).toBe('서버입니다: x');
});

test.for([['websocket'], ['polling']])(
	'the wrapper uses only %s if the caller allows no other transport',
	async ([transport]) => {
		const { port } = await startDigda();
		const url = await startProxyBefore(port, 'slow');
		const wrapper = createWrapper();
		const errors: Error[] = [];
		wrapper.on('connect_error', (error) => errors.push(error));
		const options = { ...QUICK, transports: [String(transport)], upgrade: false };

		await connected(wrapper, url, { ...options, timeout: SLOW_MS / 3 });
		expect(errors.length).toBeGreaterThan(0);
		expect(wrapper.transport.current).toBe(transport);
	}
);

test('the compiler checks the event maps', () => {
	const wrapper = createWrapper();
	// @ts-expect-error this event does not exist
	wrapper.emit('eventFromCleint', 'x');
	// @ts-expect-error the payload is a string
	wrapper.emit('eventFromClient', 42);
	// @ts-expect-error only the server emits this event
	wrapper.emit('eventFromServer', 'x');
	// @ts-expect-error the answer is a string
	wrapper.on('eventFromServer', (answer: number) => answer);
	wrapper.on('connect_error', (error) => error.message);
	wrapper.on('disconnect', (reason) => reason.length);
});
