import { getEventListeners, once } from 'node:events';
import { createServer, type AddressInfo, type Socket as Connection } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { connected, createWrapper, fallAsleep, nextEvent, QUICK, startBlog, startDigda } from './support/servers.ts';

/** Whoever comes back before the test ends has not kept to this pause. */
const PATIENT = { reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 };

/** A page with a document that is shown or not, as events see it. */
class Page extends EventTarget {
	visibilityState = 'visible';

	wake(name = 'online', properties: object = {}) {
		this.dispatchEvent(Object.assign(new Event(name), properties));
	}
}

/** A wrapper in a page. */
function createPage() {
	const page = new Page();
	return { page, wrapper: createWrapper(page) };
}

/** A server that takes connections and says nothing. */
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

/** Connects another wrapper twice: what was to come at once has come by then. */
async function outlast(url: string) {
	const other = createWrapper();
	await connected(other, url);
	other.disconnect();
	await connected(other, url);
	other.disconnect();
}

test.for([['online'], ['offline'], ['visibilitychange'], ['pageshow', { persisted: true }]] as const)(
	'%s ends the pause of a lost line',
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

test('where a network swallows all, offline is told at once, and online ends the pause', async () => {
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

test('offline replaces no connection that somebody ends meanwhile, or that wants no reconnection', async () => {
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

test('a page that is hidden or new wakes nothing', async () => {
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

test('waking ends the pause after the server closed or rejected the socket', async () => {
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

test('a connection that is dead without knowing it is closed and replaced at once', async () => {
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

test('a dead connection is not replaced when somebody disconnects meanwhile, or wants no reconnection', async () => {
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

test('nothing wakes what is not connected by the caller, and nothing listens then', async () => {
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

test('an attempt is not begun again in its first moments; one that slept is', async () => {
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

test('when an attempt fails during which the page woke, one more comes without a pause', async () => {
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

test('there is no such attempt when somebody disconnects at the failure', async () => {
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

test('an attempt that comes after a pause has its first moments too', async () => {
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

test('after a rejection the pause that was ended does not end later', async () => {
	const { io, url } = await startBlog();
	let handshakes = 0;
	io.use((_socket, next) => {
		handshakes += 1;
		if (handshakes === 1) next(new Error('not now')); // and nothing to the second
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

/** A server that asks once to wait a minute before a handshake, when it is told to answer. */
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

test('[REQ-7] a server that asks to wait is not asked before, however short the pauses and whoever wakes', async () => {
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

test('[REQ-7] a page that wakes when that time is over connects at once', async () => {
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

test('[REQ-7] a page that woke during an attempt waits too when the server asks for it', async () => {
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
	'where a server %s what has given up begins anew when the page wakes, with as many attempts',
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
