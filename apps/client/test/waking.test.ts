import { getEventListeners, once } from 'node:events';
import { createServer, type AddressInfo, type Socket as Connection } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { connected, createWrapper, fallAsleep, nextEvent, QUICK, startBlog, startDigda } from './support/servers.ts';

/** A delay that is longer than each test. */
const PATIENT = { reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 };

/** A page with a document that is visible or hidden. */
class Page extends EventTarget {
	visibilityState = 'visible';

	wake(name = 'online', properties: object = {}) {
		this.dispatchEvent(Object.assign(new Event(name), properties));
	}
}

/** Creates a wrapper in a page. */
function createPage() {
	const page = new Page();
	return { page, wrapper: createWrapper(page) };
}

/** Starts a server that accepts connections and sends no data. */
async function startSilent() {
	const connections: Connection[] = [];
	const server = createServer((connection) => {
		connections.push(connection.on('error', () => undefined).resume());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
		for (const connection of connections) connection.destroy();
	});
	return { server, connections, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Connects another wrapper twice, so that all immediate reconnections have happened. */
async function outlast(url: string) {
	const other = createWrapper();
	await connected(other, url);
	other.disconnect();
	await connected(other, url);
	other.disconnect();
}

test.for([['online'], ['offline'], ['visibilitychange'], ['pageshow', { persisted: true }]] as const)(
	'%s ends the delay of a reconnection',
	async ([name, properties]) => {
		const { io, url } = await startBlog();
		const { page, wrapper } = createPage();
		await connected(wrapper, url, PATIENT);
		const lost = nextEvent(wrapper, 'disconnect');
		io.engine.close();
		await lost;

		const back = nextEvent(wrapper, 'connect');
		page.wake(name, properties);
		await back;
	}
);

test.for(['websocket', 'polling'])('offline replaces a connection over %s at once', async (transport) => {
	const { url } = await startBlog();
	const { page, wrapper } = createPage();
	await connected(wrapper, url, { ...PATIENT, transports: [transport] });
	const back = nextEvent(wrapper, 'connect');
	page.wake('offline');
	expect(wrapper.isConnected.current).toBe(false);
	expect(wrapper.error.current?.message).toBe('transport close');
	await back;
	expect(wrapper.error.current).toBeUndefined();
});

test('offline ends a connection at once even if the network drops all packets, and online ends the delay', async () => {
	const { port } = await startDigda();
	const proxy = await Proxy.start(port);
	onTestFinished(() => proxy.close());
	const { page, wrapper } = createPage();
	await connected(wrapper, proxy.url, { ...PATIENT, transports: ['websocket'], timeout: 500 });
	proxy.mute('up', 'down');
	proxy.isBlackHole = true;
	const failed = nextEvent(wrapper, 'connect_error');
	page.wake('offline');
	expect(wrapper.error.current?.message).toBe('transport close');
	await failed;
	expect(wrapper.error.current?.message).toBe('timeout');

	proxy.isBlackHole = false;
	const back = nextEvent(wrapper, 'connect');
	page.wake('online');
	await back;
});

test('offline replaces no connection after disconnect or without the option reconnection', async () => {
	const { url } = await startBlog();
	const { page, wrapper } = createPage();
	const once = createWrapper(page);
	await connected(once, url, { reconnection: false });
	await connected(wrapper, url, PATIENT);
	wrapper.on('disconnect', () => wrapper.disconnect());
	page.wake('offline');
	await outlast(url);
	expect(wrapper.isConnected.current).toBe(false);
	expect(once.isConnected.current).toBe(true);
});

test('a hidden or new page does not wake a connection', async () => {
	const { io, url } = await startBlog();
	const { page, wrapper } = createPage();
	await connected(wrapper, url, PATIENT);
	const lost = nextEvent(wrapper, 'disconnect');
	io.engine.close();
	await lost;

	page.wake('pageshow', { persisted: false });
	page.visibilityState = 'hidden';
	page.wake('visibilitychange');
	await outlast(url);
	expect(wrapper.isConnected.current).toBe(false);
});

test('waking ends the delay after the server closed or rejected the socket', async () => {
	const { io, url } = await startBlog();
	const { page, wrapper } = createPage();
	await connected(wrapper, url, PATIENT);
	let rejections = 1;
	io.use((_socket, next) => next(rejections-- > 0 ? new Error('not now') : undefined));
	const closed = nextEvent(wrapper, 'disconnect');
	io.disconnectSockets();
	await closed;

	const rejected = nextEvent(wrapper, 'connect_error');
	page.wake();
	await rejected;
	const back = nextEvent(wrapper, 'connect');
	page.wake();
	await back;
	await outlast(url);
	await expect.poll(() => io.engine.clientsCount).toBe(1);
});

test('waking closes and replaces an undetected dead connection at once', async () => {
	const { url } = await startBlog();
	const { page, wrapper } = createPage();
	await connected(wrapper, url, PATIENT);
	page.wake();
	expect(wrapper.isConnected.current).toBe(true);

	const reason = nextEvent(wrapper, 'disconnect');
	const back = nextEvent(wrapper, 'connect');
	fallAsleep();
	page.wake();
	page.wake('visibilitychange');
	expect(await reason).toBe('ping timeout');
	await back;
});

test('waking replaces no dead connection after disconnect or without the option reconnection', async () => {
	const { io, url } = await startBlog();
	const { page, wrapper } = createPage();
	const alone = createWrapper(page);
	wrapper.on('disconnect', () => wrapper.disconnect());
	await connected(wrapper, url, PATIENT);
	await connected(alone, url, { reconnection: false });
	const lost = [nextEvent(wrapper, 'disconnect'), nextEvent(alone, 'disconnect')];
	fallAsleep();
	page.wake();
	await Promise.all(lost);
	vi.useRealTimers();

	page.wake();
	await outlast(url);
	await expect.poll(() => io.engine.clientsCount).toBe(0);
});

test('waking does not connect a wrapper without connect, and such a wrapper has no listeners', async () => {
	const { io, url } = await startBlog();
	const { page, wrapper } = createPage();
	const listeners = () =>
		['online', 'visibilitychange', 'pageshow'].map((name) => getEventListeners(page, name).length);
	page.wake();
	expect(listeners()).toEqual([0, 0, 0]);
	await connected(wrapper, url, PATIENT);
	expect(listeners()).toEqual([1, 1, 1]);
	wrapper.disconnect();
	expect(listeners()).toEqual([0, 0, 0]);

	page.wake();
	await outlast(url);
	await expect.poll(() => io.engine.clientsCount).toBe(0);
});

test('waking does not restart a recent attempt, and restarts an attempt from before a sleep', async () => {
	const silent = await startSilent();
	const { url } = await startDigda();
	const { page, wrapper } = createPage();
	wrapper.connect(silent.url, { ...PATIENT, transports: ['websocket'] });
	await expect.poll(() => silent.connections).toHaveLength(1);
	for (let flip = 0; flip < 10; flip += 1) page.wake('visibilitychange');
	await outlast(url);
	expect(silent.connections).toHaveLength(1);

	fallAsleep();
	page.wake('visibilitychange');
	page.wake('visibilitychange');
	await expect.poll(() => silent.connections).toHaveLength(2);
	await outlast(url);
	expect(silent.connections).toHaveLength(2);
});

test('an attempt that fails after the page woke is retried without a delay', async () => {
	const silent = await startSilent();
	const { url } = await startDigda();
	const { page, wrapper } = createPage();
	wrapper.connect(silent.url, { ...PATIENT, transports: ['websocket'] });
	await expect.poll(() => silent.connections).toHaveLength(1);
	page.wake();
	page.wake();
	silent.connections[0]?.destroy();
	await expect.poll(() => silent.connections).toHaveLength(2);

	const failed = nextEvent(wrapper, 'connect_error');
	silent.connections[1]?.destroy();
	await failed;
	await outlast(url);
	expect(silent.connections).toHaveLength(2);
});

test('there is no such retry after disconnect', async () => {
	const silent = await startSilent();
	const { url } = await startDigda();
	const { page, wrapper } = createPage();
	wrapper.connect(silent.url, { ...PATIENT, transports: ['websocket'] });
	await expect.poll(() => silent.connections).toHaveLength(1);
	const failed = new Promise<void>((resolve) => {
		wrapper.on('connect_error', () => {
			wrapper.disconnect();
			resolve();
		});
	});
	page.wake();
	silent.connections[0]?.destroy();
	await failed;
	await outlast(url);
	expect(silent.connections).toHaveLength(1);
});

test('waking does not restart a recent attempt that started after a delay', async () => {
	const silent = await startSilent();
	const { url } = await startDigda();
	const { page, wrapper } = createPage();
	wrapper.connect(silent.url, { ...QUICK, transports: ['websocket'] });
	await expect.poll(() => silent.connections).toHaveLength(1);
	fallAsleep();
	silent.connections[0]?.destroy();
	await expect.poll(() => silent.connections).toHaveLength(2);
	page.wake();
	await outlast(url);
	expect(silent.connections).toHaveLength(2);
});

test('an ended delay starts no second attempt after a rejection', async () => {
	const { io, url } = await startBlog();
	let handshakes = 0;
	io.use((_socket, next) => {
		handshakes += 1;
		if (handshakes === 1) next(new Error('not now')); // the second handshake gets no reply
	});
	const { page, wrapper } = createPage();
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	onTestFinished(() => void vi.useRealTimers());
	const rejected = nextEvent(wrapper, 'connect_error');
	wrapper.connect(url, { reconnectionDelay: 1_000, reconnectionDelayMax: 1_000 });
	await rejected;
	page.wake();
	await expect.poll(() => handshakes).toBe(2);
	vi.advanceTimersByTime(1_000);
	vi.useRealTimers();
	await outlast((await startDigda()).url);
	expect(handshakes).toBe(2);
});

/** Starts a server that rejects one handshake with a minute to wait, when the test lets it reply. */
async function startBusy() {
	const { io, url } = await startBlog();
	const busy = { url, handshakes: 0, answer: Promise.resolve<unknown>(undefined) };
	const data = { code: 'rate_limited', retryAfterMs: 60_000 };
	io.use((_socket, next) => {
		busy.handshakes += 1;
		const error = busy.handshakes === 1 ? Object.assign(new Error('too many'), { data }) : undefined;
		void busy.answer.then(() => next(error));
	});
	return busy;
}

test('[REQ-7] a client does not connect before the requested time, however short the delays and whatever wakes it', async () => {
	const other = await startBlog();
	const busy = await startBusy();
	const { page, wrapper } = createPage();
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
	onTestFinished(() => void vi.useRealTimers());
	const rejected = nextEvent(wrapper, 'connect_error');
	wrapper.connect(busy.url, { ...QUICK, reconnectionAttempts: 1 });
	await rejected;
	for (let second = 0; second < 58; second += 1) {
		vi.advanceTimersByTime(1_000);
		if (second % 5 === 0) page.wake();
	}
	await outlast(other.url);
	expect(busy.handshakes).toBe(1);

	const back = nextEvent(wrapper, 'connect');
	vi.advanceTimersByTime(2_000);
	await back;
	expect(busy.handshakes).toBe(2);
});

test('[REQ-7] a page that wakes after the requested time connects at once', async () => {
	const busy = await startBusy();
	const { page, wrapper } = createPage();
	const rejected = nextEvent(wrapper, 'connect_error');
	wrapper.connect(busy.url, PATIENT);
	await rejected;
	const back = nextEvent(wrapper, 'connect');
	fallAsleep();
	page.wake();
	await back;
	expect(busy.handshakes).toBe(2);
});

test('[REQ-7] a page that woke during an attempt also waits for the requested time', async () => {
	const busy = await startBusy();
	const answer = Promise.withResolvers<undefined>();
	busy.answer = answer.promise;
	const { page, wrapper } = createPage();
	const rejected = nextEvent(wrapper, 'connect_error');
	wrapper.connect(busy.url, QUICK);
	await expect.poll(() => busy.handshakes).toBe(1);
	page.wake();
	answer.resolve(undefined);
	await rejected;
	await outlast((await startBlog()).url);
	expect(busy.handshakes).toBe(1);
});

test.for(['cannot be reached', 'rejects'])(
	'if a server %s a stopped reconnection restarts with all attempts when the page wakes',
	async (reason) => {
		const { io, url } = await startBlog();
		const silent = await startSilent();
		silent.server.on('connection', (connection) => connection.destroy());
		io.use((_socket, next) => next(new Error('not you')));
		const { page, wrapper } = createPage();
		let errors = 0;
		wrapper.on('connect_error', () => (errors += 1));
		const options = { ...QUICK, reconnectionAttempts: 2, transports: ['websocket'] };
		wrapper.connect(reason === 'rejects' ? url : silent.url, options);
		await expect.poll(() => errors).toBe(3);
		page.wake();
		await expect.poll(() => errors).toBe(6);

		await outlast((await startDigda()).url);
		expect(errors).toBe(6);
	}
);
