import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PROTOCOL, type PresenceChange } from '@digda/protocol';
import { isReservedName } from '@digda/protocol/reserved-name';
import { expect, inject, onTestFinished, test } from 'vitest';
import { guestName } from '../../src/sessions/guest-name.ts';
import type { Store } from '../../src/store/store.ts';
import { ChatClientProbe, connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { newToken } from '@digda/testkit/client/open-private-room.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { ask } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';

/** Some tests need one process and its file. */
const ON_NODES = inject('engines') !== undefined;

/** Closes a tab and waits until the server has noticed. */
async function closeTab({ socket }: ChatClientProbe): Promise<void> {
	const echo = socket.io.socket('/');
	socket.disconnect();
	// The echo is on the same connection, so its answer comes after the disconnect.
	await ask(echo, 'closed');
	echo.disconnect();
}

/** Holds back the answers of a store to one user until they are let go, in the order of the calls. */
function holdAnswers(store: Store, userId: string) {
	const held: (() => void)[] = [];
	const turn = (id: string) => (id === userId ? new Promise<void>((resolve) => held.push(resolve)) : undefined);
	const [join, roomsOf] = [store.join.bind(store), store.roomsOf.bind(store)];
	store.join = async (id, ...args) => {
		const membership = await join(id, ...args);
		await turn(id);
		return membership;
	};
	store.roomsOf = async (id) => {
		const memberships = await roomsOf(id);
		await turn(id);
		return memberships;
	};
	return {
		letGo: () => held.shift()?.(),
		untilHeld: (count: number) => expect.poll(() => held.length).toBe(count)
	};
}

test('[SESSION-1] the first connection makes a guest and receives the token once', async () => {
	const { url } = await startServer();
	const guest = await connectChat(url);
	expect(guest.user.name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
	expect(tokenOf(guest)).toMatch(/^[\w-]{43}$/);
	const again = await connectChat(url, tokenOf(guest));
	expect(again.ready).toEqual({ user: guest.user });
});

test.skipIf(ON_NODES)('[SESSION-2] a token stands for the same person after the server was killed', async () => {
	const database = temporaryDatabase();
	onTestFinished(() => database.remove());
	const variables = { DATABASE_URL: database.url };
	const first = await startProcess(variables);
	const guest = await connectChat(first.url, undefined, { reconnection: false });
	await first.stop('SIGKILL');

	const second = await startProcess(variables);
	const again = await connectChat(second.url, tokenOf(guest));
	expect(again.ready).toEqual({ user: guest.user });
	expect(second.lines.filter(({ level }) => level >= 40)).toEqual([]);
});

test.skipIf(ON_NODES)('[SESSION-2] the store holds the hash of a token and never the token', async () => {
	const { url, store, database } = await startServer();
	const token = tokenOf(await connectChat(url));
	const user = await store.findSession(createHash('sha256').update(token).digest('hex'));
	expect(user).toBeDefined();
	await store.close();
	expect(readFileSync(database.file).includes(token)).toBe(false);
});

test.for([
	['unknown', 'x'.repeat(43)],
	['empty', ''],
	['a number', 7],
	['an object', { toString: 'x' }],
	['null', null]
] as const)('[SESSION-3] a token that is %s is rejected with unauthorized', async ([, token]) => {
	const { url } = await startServer();
	const client = new ChatClientProbe(url, { auth: { token } });
	const error = (await nextEvent(client.socket, 'connect_error')) as Error & { data: unknown };
	expect(error.data).toEqual({ code: 'unauthorized' });
	expect(client.heard).toEqual([]);
});

test('[SESSION-9] accepts a client that speaks the present protocol', async () => {
	const { url } = await startServer();
	const client = new ChatClientProbe(url, { auth: { protocol: PROTOCOL } });
	await client.untilTold('session:ready');
});

test.for([
	['older', PROTOCOL - 1, { code: 'outdated' }],
	['unstated, as before it had a number', undefined, { code: 'outdated' }],
	['null', null, { code: 'outdated' }],
	['a word', 'latest', { code: 'outdated' }],
	['a fraction', PROTOCOL + 0.5, { code: 'unavailable', retryAfterMs: 5_000 }],
	['newer', PROTOCOL + 1, { code: 'unavailable', retryAfterMs: 5_000 }]
] as const)('[SESSION-9] a client whose protocol is %s is rejected', async ([, protocol, data]) => {
	const { url } = await startServer();
	const client = new ChatClientProbe(url, { auth: { protocol } });
	const error = (await nextEvent(client.socket, 'connect_error')) as Error & { data: unknown };
	expect(error.data).toEqual(data);
	expect(client.heard).toEqual([]);
});

test('[SESSION-4] a guest gets a Korean name where the browser puts Korean first', async () => {
	const { url } = await startServer();
	const extraHeaders = { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' };
	const guest = await connectChat(url, undefined, { extraHeaders });
	expect(guest.user.name).toMatch(/^[가-힣]+ [가-힣]+$/);
	const other = await connectChat(url, undefined, {
		extraHeaders: { 'accept-language': 'en,ko;q=0.5' }
	});
	expect(other.user.name).toMatch(/^[A-Z]/);
});

test('[SESSION-5] a new name applies to later messages alone, and is broadcast to shared rooms alone', async () => {
	const { url } = await startServer();
	const [me, friend, stranger] = [await connectChat(url), await connectChat(url), await connectChat(url)];
	const tab = await connectChat(url, tokenOf(me));
	await me.join('lobby');
	await friend.join('lobby');
	const old = me.user.name;
	await me.send('lobby', 'before');
	expect(await me.get('session:rename', { name: ' 수달 ' })).toEqual({
		user: { id: me.user.id, name: '수달' }
	});
	await tab.untilTold('user:renamed');
	await tab.send('lobby', 'after');

	await friend.untilTold('user:renamed', ({ user }) => user.name === '수달');
	const { messages } = await friend.join('lobby');
	expect(messages.map(({ author }) => author.name)).toEqual([old, '수달']);
	const members = async () => (await friend.join('lobby')).members;
	await expect.poll(members).toContainEqual({ id: me.user.id, name: '수달' });
	expect(stranger.told('user:renamed')).toEqual([]);
	expect((await connectChat(url, tokenOf(me))).user.name).toBe('수달');
});

test('[SESSION-5] member lists have the new name, also after another tab of the person came and went', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	await me.join('lobby');
	await friend.join('lobby');
	await closeTab(await connectChat(url, tokenOf(me)));
	const { user } = await me.get('session:rename', { name: '수달' });
	await expect.poll(async () => (await friend.join('lobby')).members).toContainEqual(user);

	await closeTab(await connectChat(url, tokenOf(me)));
	await me.get('room:leave', { room: 'lobby' });
	await me.join('lobby');
	await friend.untilTold('presence:changed', ({ joined }) => joined.some(({ name }) => name === user.name));
	const renamedAt = friend.heard.findIndex(({ event }) => event === 'user:renamed');
	for (const { event, payload } of friend.heard.slice(renamedAt)) {
		if (event !== 'presence:changed') continue;
		// An event has the payload of its name.
		const { joined } = payload as PresenceChange;
		expect(joined.filter(({ id, name }) => id === user.id && name !== user.name)).toEqual([]);
	}
});

test('[SESSION-5] an invisible name is invalid and changes nothing', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	expect(await me.ask('session:rename', { name: '\u200b' })).toMatchObject({
		ok: false,
		error: { code: 'invalid' }
	});
	expect((await connectChat(url, tokenOf(me))).user).toEqual(me.user);
});

test.for(['Ａｄｍｉｎ', 'd i g d a', '서버', 'Operator'])(
	'[SESSION-7] the name %s is rejected and changes nothing',
	async (name) => {
		const { url } = await startServer();
		const me = await connectChat(url);
		expect(await me.ask('session:rename', { name })).toEqual({
			ok: false,
			error: { code: 'invalid', message: 'the name is reserved' }
		});
		expect((await connectChat(url, tokenOf(me))).user).toEqual(me.user);
	}
);

test('[SESSION-7] a generated guest name is never reserved', () => {
	for (const languages of ['ko', 'en']) {
		const names = new Set(Array.from({ length: 20_000 }, () => guestName(languages)));
		expect(names.size).toBe(900);
		expect([...names].filter(isReservedName)).toEqual([]);
	}
});

test('[SESSION-6] a connection is subscribed to its rooms before session:ready', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	const friend = await connectChat(url);
	await me.join('lobby');
	await friend.join('lobby');
	me.socket.disconnect();
	const sending = Promise.all(Array.from({ length: 20 }, (_, index) => friend.send('lobby', `${index}`)));
	const back = await connectChat(url, tokenOf(me));
	await sending;
	const last = await friend.send('lobby', 'last');
	await expect.poll(() => back.news('lobby').at(-1)?.seq).toBe(last.seq);
	expect(back.heard[0]?.event).toBe('session:ready');
	const seqs = back.news('lobby').map(({ seq }) => seq);
	expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
});

test.skipIf(ON_NODES)(
	'[SESSION-6] session:ready comes first, also while the store is slow and other tabs join',
	async () => {
		const { url, store } = await startServer();
		const [me, friend] = [await connectChat(url), await connectChat(url)];
		const rooms = ['hall', 'lobby'];
		for (const room of rooms) await friend.join(room);
		const { letGo, untilHeld } = holdAnswers(store, me.user.id);

		const before = me.join('hall');
		await untilHeld(1);
		const tab = new ChatClientProbe(url, { auth: { token: tokenOf(me) } });
		await untilHeld(2);
		const after = me.join('lobby');
		await untilHeld(3);
		letGo();
		await before;
		for (const room of rooms) await friend.send(room, 'early');
		await me.untilTold('entry:new');
		letGo();
		letGo();
		await after;
		await tab.untilTold('session:ready');
		for (const room of rooms) await friend.send(room, 'next');

		for (const room of rooms) await tab.untilTold('entry:new', (news) => news.room === room);
		expect(tab.heard[0]?.event).toBe('session:ready');
		expect(rooms.flatMap((room) => tab.news(room).map(({ seq }) => seq))).toEqual([2, 2]);
	}
);

test.skipIf(ON_NODES)('[SESSION-8] a connection that is admitted while its session is rotated is closed', async () => {
	const { url, store } = await startServer();
	const me = await connectChat(url);
	const { letGo, untilHeld } = holdAnswers(store, me.user.id);
	const device = new ChatClientProbe(url, { auth: { token: tokenOf(me) }, reconnection: false });
	await untilHeld(1);
	await me.get('session:rotate', { token: newToken() });
	const cut = nextEvent(device.socket, 'disconnect');
	letGo();
	await cut;
});
