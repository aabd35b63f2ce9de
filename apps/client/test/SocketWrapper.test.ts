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

/** Asks the echo and waits for what it says. */
async function ask(wrapper: EchoWrapper, text: string) {
	const answer = nextEvent(wrapper, 'eventFromServer');
	expect(wrapper.emit('eventFromClient', text)).toBe(true);
	return await answer;
}

/** Closes every connection, but not the server. */
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

test('it talks to digda’s server and to one that has only the blog’s two events', async () => {
	for (const { url } of [await startDigda(), await startBlog()]) {
		const wrapper = createWrapper();
		await connected(wrapper, url);
		expect(wrapper.transport.current).toBe('websocket');
		expect(await ask(wrapper, '안녕하세요')).toBe('서버입니다: 안녕하세요');
	}
});

test('connect twice is one connection', async () => {
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

test('a listener that was added before connect is heard, and unsubscribing ends it', async () => {
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

test('after a lost line it comes back by itself, and listeners are not doubled', async () => {
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

test('after the server closed the socket it comes back by itself', async () => {
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

test('a server that closes every socket at once is given up after the attempts, with the reason', async () => {
	const { io, url } = await startBlog();
	let knocks = 0;
	let isClosing = true;
	io.on('connection', (socket) => {
		knocks += 1;
		if (isClosing) socket.disconnect();
	});
	const wrapper = createWrapper();
	// A connection that outlasts the longest pause counts as a good one, so that pause is a long one.
	const impatient = { reconnectionDelay: 1, reconnectionDelayMax: 1_000 };
	wrapper.connect(url, { ...impatient, reconnectionAttempts: 3 });
	await expect.poll(() => knocks).toBe(4);

	isClosing = false;
	await outlast(url);
	expect(io.sockets.sockets.size).toBe(1);
	expect(wrapper.error.current?.message).toBe('io server disconnect');
});

test('after the server rejected the socket it comes back by itself', async () => {
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

test('connect while it waits to come back is one connection', async () => {
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

test('without reconnection it stays away until connect is called again', async () => {
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

test('after disconnect it stays away, also when the server had just closed the socket', async () => {
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

test('after an error it is not connected, and the error is kept until the next connection', async () => {
	const { port, close, url } = await startDigda();
	await close();
	const wrapper = createWrapper();
	const error = nextEvent(wrapper, 'connect_error');
	// A busy machine may start the next server after the last of five attempts.
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

test('it gives up after 5 attempts more unless the caller says otherwise, and connect begins anew', async () => {
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
	'the URL "%s" throws a clear error and leaves it disconnected',
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

test('what is emitted without a connection is neither sent nor kept', async () => {
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

test('on a line that is dead without knowing it nothing is sent, neither now nor later', async () => {
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

test('emitWithAck answers with the reply, and fails when the line ends before it', async () => {
	const digda = await startDigda();
	const wrapper = createWrapper();
	await connected(wrapper, digda.url);
	expect(await wrapper.emitWithAck('eventFromClient', 'x')).toEqual({ ok: true, data: {} });

	const blog = await startBlog(); // acknowledges nothing
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

test.for(['rejected', 'unanswered', 'dead'] as const)('where WebSocket is %s it takes polling', async (mode) => {
	const { port } = await startDigda();
	const wrapper = createWrapper();
	await connected(wrapper, await startProxyBefore(port, mode), { ...QUICK, timeout: 500 });

	expect(wrapper.transport.current).toBe('polling');
	expect(await ask(wrapper, '안녕하세요')).toBe('서버입니다: 안녕하세요');
});

test('on a slow line an attempt has more time than the one before', async () => {
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
	'where the caller allows %s alone it takes nothing else',
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

test('the event maps are checked', () => {
	const wrapper = createWrapper();
	// @ts-expect-error there is no such event
	wrapper.emit('eventFromCleint', 'x');
	// @ts-expect-error the payload is a string
	wrapper.emit('eventFromClient', 42);
	// @ts-expect-error the server emits this one, the client does not
	wrapper.emit('eventFromServer', 'x');
	// @ts-expect-error the answer is a string
	wrapper.on('eventFromServer', (answer: number) => answer);
	wrapper.on('connect_error', (error) => error.message);
	wrapper.on('disconnect', (reason) => reason.length);
});
