import { PROTOCOL } from '@digda/protocol';
import { expect, test } from 'vitest';
import { ConnectionLost, rotateSession, Session, type Exclusive } from '../src/index.ts';
import { FakeServer } from './support/FakeServer.ts';
import { createLocks } from './support/locks.ts';
import { SessionServer } from './support/SessionServer.ts';
import { MemoryIdentity } from './support/TestChat.ts';
import { VirtualTime } from './support/VirtualTime.ts';

/** The delay after a rejection until a tab looks for another token. */
const RECHECK_MS = 1_000;

/** Creates a browser, with or without a session, and its server. */
function openBrowser({ hasSession = false, exclusive = createLocks() } = {}) {
	const time = new VirtualTime();
	const server = new SessionServer(time);
	const storage = new MemoryIdentity(hasSession ? server.createSession() : undefined);
	const openTab = () => {
		const connection = server.createConnection();
		const identities = storage.openTab();
		const session = new Session({ socket: connection.socket, identities, schedule: time.schedule, exclusive });
		return { connection, identities, session };
	};
	return { time, server, storage, openTab };
}

/** Creates a connected tab of a browser with a session. */
async function connectTab() {
	const browser = openBrowser({ hasSession: true });
	const tab = browser.openTab();
	await tab.session.connect();
	await browser.time.settle();
	return { ...browser, ...tab };
}

/** Creates a browser with an unknown token and two tabs whose sessions are unknown. */
async function openUnknown() {
	const browser = openBrowser({ hasSession: true });
	browser.server.users.clear();
	const tabs = [browser.openTab(), browser.openTab()] as const;
	for (const { session } of tabs) await session.connect();
	await browser.time.pass(RECHECK_MS);
	expect(tabs.map(({ session }) => session.isUnknown)).toEqual([true, true]);
	return { ...browser, tabs };
}

/** Counts how often a signal fires. */
function countOf(signal: Session['began']): { times: number } {
	const count = { times: 0 };
	signal.on(() => (count.times += 1));
	return count;
}

test('[SESSION-1] the first connection sends no token, and the session writes the token that the server made', async () => {
	const { time, server, storage, openTab } = openBrowser();
	const { connection, session } = openTab();
	const connecting = session.connect();
	expect([session.user, session.isReady]).toEqual([undefined, false]);
	await time.settle();
	await connecting;
	expect(connection.attempts).toEqual([{ protocol: PROTOCOL }]);
	const user = { id: 'guest 1', name: 'guest 1' };
	expect(storage.read()).toEqual({ token: 'token of guest 1', user });
	expect(session).toMatchObject({ user, isReady: true, isUnknown: false, isOperator: false });

	connection.disconnect();
	await time.pass(500);
	expect(connection.attempts.slice(1)).toEqual([{ protocol: PROTOCOL, token: 'token of guest 1' }]);
	expect(server.guests).toHaveLength(1);
});

test('[SESSION-1] a single tab makes the first connection of a browser, and the others connect with its token', async () => {
	const { time, server, openTab } = openBrowser();
	const tabs = [openTab(), openTab(), openTab()];
	for (const { session } of tabs) void session.connect();
	await time.settle();
	expect(server.guests).toHaveLength(1);
	expect(tabs.map(({ connection }) => connection.attempts)).toEqual([
		[{ protocol: PROTOCOL }],
		...[1, 2].map(() => [{ protocol: PROTOCOL, token: 'token of guest 1' }])
	]);
	expect(tabs.map(({ session }) => [session.user?.id, session.isReady])).toEqual(tabs.map(() => ['guest 1', true]));
});

test('[SESSION-1] a tab keeps the lock while its first connection fails', async () => {
	const { time, server, openTab } = openBrowser();
	const [first, other] = [openTab(), openTab()];
	server.rejection = 'unavailable';
	for (const { session } of [first, other]) void session.connect();
	await time.pass(1_000);
	expect(first.connection.attempts).toHaveLength(3);
	expect(other.connection.attempts).toEqual([]);
	server.rejection = undefined;
	await time.pass(500);
	expect(server.guests).toHaveLength(1);
	expect(other.session).toMatchObject({ user: { id: 'guest 1' }, isReady: true });
});

test.for(['first', 'second'] as const)(
	'[SESSION-1] a tab that is closed before its first connection lets the next one connect: the %s',
	async (which) => {
		const { time, server, openTab } = openBrowser();
		const tabs = [openTab(), openTab(), openTab()] as const;
		const closed = tabs[which === 'first' ? 0 : 1];
		server.rejection = 'unavailable';
		for (const { session } of tabs) void session.connect();
		await time.settle();
		closed.session.close();
		const attempts = closed.connection.attempts.length;
		server.rejection = undefined;
		await time.pass(1_000);
		expect(closed.connection.attempts).toHaveLength(attempts);
		expect(server.guests).toHaveLength(1);
		expect(tabs.map(({ session }) => session.isReady)).toEqual(tabs.map((tab) => tab !== closed));
	}
);

test('[SESSION-1] a tab connects all the same where the browser denies the lock', async () => {
	const exclusive: Exclusive = () => Promise.reject(new Error('denied'));
	const { time, openTab } = openBrowser({ exclusive });
	const { session } = openTab();
	await session.connect();
	await time.settle();
	expect(session.isReady).toBe(true);
});

test('[SESSION-2] a browser with a session connects with its token at once, without the lock', async () => {
	const exclusive: Exclusive = () => new Promise(() => undefined);
	const { time, server, storage, openTab } = openBrowser({ hasSession: true, exclusive });
	const identity = storage.read();
	const { connection, session } = openTab();
	expect(session.user).toEqual(identity?.user);
	await session.connect();
	await time.settle();
	expect(connection.attempts).toEqual([{ protocol: PROTOCOL, token: identity?.token }]);
	expect(session.isReady).toBe(true);
	expect(storage.read()).toEqual(identity);
	expect(server.guests).toHaveLength(1);
});

test('[SESSION-2] a connection writes the identity again when it was removed', async () => {
	const { time, storage, openTab } = openBrowser({ hasSession: true });
	const identity = storage.read();
	const { connection, session } = openTab();
	await session.connect();
	await time.settle();
	storage.write(undefined);
	connection.tell('session:ready', { user: { id: 'guest 1', name: 'guest 1' } });
	expect(storage.read()).toEqual(identity);
});

test('[SESSION-3] a session is unknown 1 s after its token was rejected, and sends nothing more', async () => {
	const { time, server, openTab } = openBrowser({ hasSession: true });
	server.users.clear();
	const { connection, session } = openTab();
	const changes = countOf(session.changes);
	await session.connect();
	await time.pass(RECHECK_MS - 1);
	expect([session.isUnknown, changes.times]).toEqual([false, 0]);
	await time.pass(1);
	expect([session.isUnknown, changes.times]).toEqual([true, 1]);
	await expect(session.ping()).rejects.toThrow(ConnectionLost);
	expect(time.isWaiting).toBe(false);
	expect(connection.attempts).toHaveLength(1);
	expect(connection.asked).toEqual([]);
	expect(server.guests).toHaveLength(1);
});

test.for([
	['before', 500],
	['after', RECHECK_MS]
] as const)(
	'[SESSION-3] a session connects with the token that another tab has written %s the old one was rejected',
	async ([when, ms]) => {
		const { time, server, storage, openTab } = openBrowser({ hasSession: true });
		const user = storage.read()?.user ?? { id: '', name: '' };
		const replace = () => {
			server.users.set('new token', user);
			storage.write({ token: 'new token', user });
		};
		server.users.clear();
		const admit = server.admit.bind(server);
		server.admit = (handshake) => {
			const answer = admit(handshake);
			if (when === 'before') replace();
			return answer;
		};
		const { connection, session } = openTab();
		await session.connect();
		await time.settle();
		if (when === 'after') replace();
		await time.pass(ms - 1);
		expect(connection.attempts).toHaveLength(1);
		await time.pass(1);
		expect(connection.attempts.map(({ token }) => token)).toEqual(['token of guest 1', 'new token']);
		expect(session).toMatchObject({ isReady: true, isUnknown: false });
	}
);

test('[SESSION-8] a session whose rotation had no reply connects with the new token', async () => {
	const { time, server, storage, connection, session } = await connectTab();
	connection.instead['session:rotate'] = (payload) => {
		connection.rotate(payload);
		connection.disconnect();
	};
	await expect(rotateSession(session, storage)).rejects.toThrow(ConnectionLost);
	const [token = ''] = server.users.keys();
	expect(storage.read()).toMatchObject({ token: 'token of guest 1', next: token });
	await time.pass(500 + RECHECK_MS);
	expect(connection.attempts.map((attempt) => attempt.token)).toEqual(['token of guest 1', 'token of guest 1', token]);
	expect(storage.read()).toEqual({ token, user: { id: 'guest 1', name: 'guest 1' } });
	expect(session).toMatchObject({ isReady: true, isUnknown: false });
});

test('[SESSION-8] a session is unknown when the server knows neither its token nor the next one', async () => {
	const { time, server, storage, openTab } = openBrowser({ hasSession: true });
	server.users.clear();
	const user = { id: 'guest 1', name: 'guest 1' };
	storage.write({ token: 'token of guest 1', next: 'next token', user });
	const { connection, session } = openTab();
	await session.connect();
	await time.pass(RECHECK_MS);
	expect(session.isUnknown).toBe(false);
	await time.pass(RECHECK_MS);
	expect(session.isUnknown).toBe(true);
	expect(connection.attempts.map(({ token }) => token)).toEqual(['token of guest 1', 'next token']);
});

test('two tabs that continue as a guest become the same guest', async () => {
	const { time, server, storage, tabs } = await openUnknown();
	for (const { session } of tabs) void session.continueAsGuest();
	await time.settle();
	expect(server.guests).toHaveLength(2);
	expect(storage.read()).toEqual({ token: 'token of guest 2', user: { id: 'guest 2', name: 'guest 2' } });
	for (const { session } of tabs) {
		expect(session).toMatchObject({ user: { id: 'guest 2' }, isReady: true, isUnknown: false });
	}
});

test('a tab that continues as a guest later becomes the guest of the other tab', async () => {
	const { time, server, tabs } = await openUnknown();
	const [first, other] = tabs;
	await first.session.continueAsGuest();
	expect(other.session.isUnknown).toBe(true);
	await other.session.continueAsGuest();
	await time.settle();
	expect(server.guests).toHaveLength(2);
	expect(other.session).toMatchObject({ user: { id: 'guest 2' }, isReady: true, isUnknown: false });
});

test('[SESSION-8] a rotation writes the next token before it asks, and replaces the old one after the reply', async () => {
	const { server, storage, connection, session } = await connectTab();
	const written: unknown[] = [];
	connection.instead['session:rotate'] = (payload) => {
		written.push(storage.read());
		return connection.rotate(payload);
	};
	await rotateSession(session, storage);
	const [token = ''] = server.users.keys();
	expect(token).toMatch(/^[\w-]{43}$/);
	const user = { id: 'guest 1', name: 'guest 1' };
	expect(written).toEqual([{ token: 'token of guest 1', next: token, user }]);
	expect(connection.asked).toEqual([{ name: 'session:rotate', payload: { token } }]);
	expect(storage.read()).toEqual({ token, user });
	expect(session.isReady).toBe(true);
});

test('[SESSION-8] a rotation keeps all tabs of its browser connected', async () => {
	const { time, server, openTab, storage, session } = await connectTab();
	const other = openTab();
	await other.session.connect();
	await time.settle();
	await rotateSession(session, storage);
	expect(other.session.isReady).toBe(false);
	await time.pass(500);
	expect(other.session).toMatchObject({ isReady: true, isUnknown: false });
	expect(other.connection.attempts.at(-1)?.token).toBe([...server.users.keys()][0]);
});

test('[SESSION-8] a rotation that is repeated sends the same token', async () => {
	const { time, server, connection, storage, session } = await connectTab();
	connection.instead['session:rotate'] = () => connection.disconnect();
	await expect(rotateSession(session, storage)).rejects.toThrow(ConnectionLost);
	await time.pass(500);
	connection.instead['session:rotate'] = (payload) => connection.rotate(payload);
	await rotateSession(session, storage);
	const [token] = server.users.keys();
	expect(connection.asked.map(({ payload }) => payload)).toEqual([{ token }, { token }]);
});

test('[SESSION-8] a rotation that was rejected changes no token', async () => {
	const { storage, connection, session } = await connectTab();
	connection.instead['session:rotate'] = () => ({ ok: false, error: { code: 'unavailable', message: '' } });
	await expect(rotateSession(session, storage)).rejects.toMatchObject({ reply: { code: 'unavailable' } });
	expect(storage.read()?.token).toBe('token of guest 1');
});

test('[SESSION-8] a rotation throws without a connection', async () => {
	const { connection, storage, session } = await connectTab();
	connection.disconnect();
	await expect(rotateSession(session, storage)).rejects.toThrow(ConnectionLost);
	expect(connection.asked).toEqual([]);
	const fresh = openBrowser();
	await expect(rotateSession(fresh.openTab().session, fresh.storage)).rejects.toThrow(ConnectionLost);
});

test('[SESSION-8] a rotation throws and writes nothing when another tab has made the browser another user', async () => {
	const { server, storage, connection, session } = await connectTab();
	connection.disconnect();
	const other = server.createSession();
	storage.write(other);
	expect(session.user?.id).toBe('guest 1');
	await expect(rotateSession(session, storage)).rejects.toThrow(ConnectionLost);
	expect(storage.read()).toEqual(other);
	expect(connection.asked).toEqual([]);
});

test('[SESSION-8] a rotation keeps the name that the user was given meanwhile', async () => {
	const { server, storage, connection, session } = await connectTab();
	connection.instead['session:rotate'] = (payload) => {
		connection.tell('user:renamed', { user: { id: 'guest 1', name: 'Ada' } });
		return connection.rotate(payload);
	};
	await rotateSession(session, storage);
	const [token] = server.users.keys();
	expect(storage.read()).toEqual({ token, user: { id: 'guest 1', name: 'Ada' } });
});

test('[SESSION-8] a rotation does not end the session of the user that another tab becomes meanwhile', async () => {
	const { time, server, storage, connection, session } = await connectTab();
	const other = server.createSession();
	connection.instead['session:rotate'] = () => {
		storage.write(other);
		return { ok: true, data: {} };
	};
	await expect(rotateSession(session, storage)).rejects.toThrow(ConnectionLost);
	await time.settle();
	expect(storage.read()).toEqual(other);
	expect(session.user).toEqual(other.user);
});

test('[SESSION-5] the session writes the new name of its user, and no other', async () => {
	const { storage, connection, session } = await connectTab();
	const changes = countOf(session.changes);
	connection.tell('user:renamed', { user: { id: 'somebody', name: 'Somebody' } });
	expect([session.user?.name, storage.read()?.user.name, changes.times]).toEqual(['guest 1', 'guest 1', 0]);
	connection.tell('user:renamed', { user: { id: 'guest 1', name: 'Ada' } });
	expect([session.user?.name, storage.read()?.user.name, changes.times]).toEqual(['Ada', 'Ada', 1]);
	await session.rename('Eve');
	expect([session.user?.name, storage.read()?.user.name]).toEqual(['Eve', 'Eve']);
	expect(storage.read()?.token).toBe('token of guest 1');
});

test('a session reconnects as the user that another tab has made its browser', async () => {
	const { time, server, storage, connection, session } = await connectTab();
	const ended = countOf(session.ended);
	storage.write({ token: 'token of guest 1', user: { id: 'guest 1', name: 'Ada' } });
	expect(session.isReady).toBe(true);
	storage.write(undefined);
	expect(session.isReady).toBe(true);
	const other = server.createSession();
	storage.write(other);
	expect([session.isReady, ended.times]).toEqual([false, 1]);
	await time.settle();
	expect(session).toMatchObject({ user: other.user, isReady: true });
	expect(connection.attempts.map(({ token }) => token)).toEqual(['token of guest 1', 'token of guest 2']);
	expect(storage.read()).toEqual(other);
});

test('[SESSION-9] the session reports at each attempt that the client is outdated, and continues to try', async () => {
	const { time, server, openTab } = openBrowser({ hasSession: true });
	const { session } = openTab();
	const outdated = countOf(session.outdated);
	server.rejection = 'outdated';
	await session.connect();
	await time.pass(1_000);
	expect(outdated.times).toBe(3);
	server.rejection = undefined;
	await time.pass(500);
	expect(outdated.times).toBe(3);
	expect(session).toMatchObject({ isReady: true, isUnknown: false });
});

test('[SESSION-6] the session begins and ends once for each connection', async () => {
	const { time, connection, session } = await connectTab();
	const [began, ended] = [countOf(session.began), countOf(session.ended)];
	connection.disconnect();
	connection.disconnect();
	expect([began.times, ended.times, session.isReady]).toEqual([0, 1, false]);
	await time.pass(500);
	expect([began.times, ended.times, session.isReady]).toEqual([1, 1, true]);
	connection.tell('session:ready', { user: { id: 'guest 1', name: 'guest 1' }, isOperator: true });
	expect([began.times, ended.times, session.isOperator]).toEqual([2, 2, true]);
});

test('a closed session ends its connection and ignores later events', async () => {
	const { time, server, storage, connection, session } = await connectTab();
	const ended = countOf(session.ended);
	session.close();
	expect([session.isReady, connection.connected, ended.times]).toEqual([false, undefined, 1]);
	await expect(session.ping()).rejects.toThrow(ConnectionLost);
	const [changes, began, outdated] = [countOf(session.changes), countOf(session.began), countOf(session.outdated)];
	const identity = storage.read();
	connection.tell('user:renamed', { user: { id: 'guest 1', name: 'Ada' } });
	connection.tell('session:ready', { user: { id: 'somebody', name: 'Somebody' }, token: 'another token' });
	connection.reject('outdated');
	connection.reject('unauthorized');
	expect(storage.read()).toEqual(identity);
	storage.write(server.createSession());
	await session.connect();
	session.close();
	await time.pass(60_000);
	expect([changes.times, began.times, outdated.times, ended.times]).toEqual([0, 0, 0, 1]);
	expect(connection.attempts).toHaveLength(1);
	expect(connection.asked).toEqual([]);
	expect(time.isWaiting).toBe(false);
});

test('a session that is closed before the recheck stays closed', async () => {
	const { time, server, openTab } = openBrowser({ hasSession: true });
	server.users.clear();
	const { connection, session } = openTab();
	await session.connect();
	await time.settle();
	session.close();
	await time.pass(RECHECK_MS);
	expect(session.isUnknown).toBe(false);
	expect(connection.attempts).toHaveLength(1);
	expect(time.isWaiting).toBe(false);
});

test('a closed session does not keep the other tabs of its browser from the first connection', async () => {
	const { time, openTab } = openBrowser();
	const [closed, other] = [openTab(), openTab()];
	closed.session.close();
	void closed.session.connect();
	void other.session.connect();
	await time.settle();
	expect(closed.connection.attempts).toEqual([]);
	expect(other.session.isReady).toBe(true);
});

test.for(['an end', 'another beginning'] as const)(
	'[LINE-5] the session drops a reply of an earlier connection: after %s',
	async (what) => {
		const time = new VirtualTime();
		const server = new FakeServer();
		const identities = new MemoryIdentity();
		const session = new Session({ socket: server.socket, identities, schedule: time.schedule });
		server.connect();
		const answer = Promise.withResolvers<undefined>();
		server.hold = answer.promise;
		const renaming = session.rename('Ada').catch((error: unknown) => error);
		if (what === 'an end') server.disconnect();
		else server.connect();
		expect(await renaming).toBeInstanceOf(ConnectionLost);
		server.hold = undefined;
		server.connect();
		answer.resolve(undefined);
		await time.settle();
		expect(session.user?.name).toBe('Me');
		await session.ping();
		expect(server.asked.map(({ name }) => name)).toEqual(['session:rename', 'connection:ping']);
	}
);
