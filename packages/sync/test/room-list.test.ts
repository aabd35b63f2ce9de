import type { RoomSummary } from '@digda/protocol';
import { expect, test } from 'vitest';
import { ConnectionLost, RejectionError, RoomList, type KnownRoom } from '../src/index.ts';
import { FakeServer } from './support/FakeServer.ts';
import { logOf } from './support/log.ts';
import { TestChat } from './support/TestChat.ts';
import { VirtualTime } from './support/VirtualTime.ts';

const ME = { id: 'me', name: 'Me' };
const SOMEBODY = { id: 'somebody', name: 'Somebody' };

/** A room of an earlier visit. */
const CELLAR: KnownRoom = {
	...{ room: 'cellar', title: 'Cellar', isPrivate: false, isMember: true },
	...{ lastAt: 0, isPinned: false, isMuted: false }
};

/** Creates a list of rooms and its server, not connected, with a number of messages in the lobby. */
function createList({ length = 3, readSeq = Infinity, known = [] as readonly KnownRoom[] } = {}) {
	const server = new FakeServer();
	server.log = logOf(length);
	server.readSeq = readSeq;
	const time = new VirtualTime();
	const chat = new TestChat({ socket: server.socket, schedule: time.schedule });
	const list = new RoomList(chat.session, chat.rooms, known);
	const loaded: (readonly RoomSummary[])[] = [];
	list.loaded.on((rooms) => loaded.push(rooms));
	return { server, time, chat, list, loaded, reads: () => server.count('room:list') };
}

/** Creates a list that was read on the first connection. */
async function loadList(options?: Parameters<typeof createList>[0]) {
	const created = createList(options);
	created.server.connect();
	await created.time.settle();
	expect(created.list.rooms.map(({ room }) => room)).toEqual(['lobby']);
	return created;
}

test('the known rooms are listed until the first list arrives', async () => {
	const { server, time, list, loaded } = createList({ known: [CELLAR] });
	expect(list.rooms).toEqual([{ ...CELLAR, unread: 0 }]);
	list.refresh();
	await time.settle();
	expect(server.asked).toEqual([]);
	const answer = Promise.withResolvers<undefined>();
	server.hold = answer.promise;
	server.connect();
	await time.settle();
	expect(list.rooms.map(({ room }) => room)).toEqual(['cellar']);
	expect(loaded).toEqual([]);
	answer.resolve(undefined);
	await time.settle();
	expect(list.rooms).toEqual([
		{ ...CELLAR, room: 'lobby', title: 'Lobby', lastAt: server.summary().lastAt, unread: 0 }
	]);
	expect(loaded).toEqual([[server.summary()]]);
});

test('[ROOM-2] the list is read once with each connection', async () => {
	const { server, time, reads } = await loadList();
	expect(reads()).toBe(1);
	server.disconnect();
	await time.settle();
	expect(reads()).toBe(1);
	server.connect();
	await time.settle();
	expect(reads()).toBe(2);
});

test.for<[what: string, occur: (server: FakeServer) => void]>([
	['a room has another title', (server) => server.tell('room:changed', { room: 'lobby', title: 'Hall' })],
	['the user is no longer a member', (server) => server.tell('room:left', { room: 'lobby', reason: 'left' })],
	['entries of a new room come', (server) => server.tell('entry:new', { room: 'hall', entries: logOf(1) })],
	['the head of a new room comes', (server) => server.tell('room:heads', { heads: { hall: { head: 1, said: 1 } } })]
])('the list is read when %s', async ([, occur]) => {
	const { server, time, reads } = await loadList();
	occur(server);
	await time.settle();
	expect(reads()).toBe(2);
});

test.for<[what: string, occur: (server: FakeServer) => void]>([
	['entries', (server) => server.say(SOMEBODY, { kind: 'message', text: 'hello' })],
	['heads', (server) => server.tellHead()],
	['read cursors', (server) => server.tell('read:changed', { room: 'lobby', readSeq: 3, readSaid: 3 })],
	['names', (server) => server.tell('user:renamed', { user: { ...ME, name: 'Ada' } })]
])('the list is not read for %s of rooms that are in it', async ([, occur]) => {
	const { server, time, reads } = await loadList({ readSeq: 1 });
	occur(server);
	await time.settle();
	expect(reads()).toBe(1);
});

test('the list is read when the user joins a room, and not when they join it again', async () => {
	const { server, time, chat, reads } = await loadList({ length: 3 });
	server.instead['room:join'] = ({ room }) => ({
		ok: true,
		data: {
			...{ room, title: room, isPrivate: false, isOwner: false, members: [], memberCount: 0, reset: false },
			...{ epoch: 'first', head: 0, said: 0, from: 1, to: 0, toId: '', messages: [], readSeq: 0, readSaid: 0 }
		}
	});
	chat.open('hall');
	await time.settle();
	expect(reads()).toBe(2);
	chat.close('hall');
	chat.open('hall');
	await time.settle();
	expect(reads()).toBe(2);
});

test('the list is read when entries of a left room arrive, also while an earlier list is in flight', async () => {
	for (const isOnItsWay of [false, true]) {
		const { server, time, list, reads } = await loadList();
		const answer = Promise.withResolvers<undefined>();
		if (isOnItsWay) server.hold = answer.promise;
		server.instead['room:list'] = () => ({ ok: true, data: { rooms: [] } });
		server.tell('room:left', { room: 'lobby', reason: 'left' });
		await time.settle();
		expect(reads()).toBe(2);
		delete server.instead['room:list'];
		server.hold = undefined;
		server.say(SOMEBODY, { kind: 'message', text: 'welcome back' });
		await time.settle();
		answer.resolve(undefined);
		await time.settle();
		expect(reads()).toBe(3);
		expect(list.rooms.map(({ room }) => room)).toEqual(['lobby']);
	}
});

test('the list is read once for a new room, however many of its entries arrive before the reply', async () => {
	const { server, time, reads } = await loadList();
	const answer = Promise.withResolvers<undefined>();
	server.hold = answer.promise;
	for (const length of [1, 2, 3]) {
		server.tell('entry:new', { room: 'hall', entries: logOf(length).slice(-1) });
		await time.settle();
	}
	answer.resolve(undefined);
	await time.settle();
	server.tell('entry:new', { room: 'hall', entries: logOf(4).slice(-1) });
	await time.settle();
	expect(reads()).toBe(2);
});

test('the list is read once for all triggers in a tick', async () => {
	const { server, time, list, reads } = await loadList();
	server.tell('room:changed', { room: 'lobby', title: 'Hall' });
	server.tell('room:changed', { room: 'lobby', title: 'Lobby' });
	server.tell('room:left', { room: 'hall', reason: 'closed' });
	server.tell('entry:new', { room: 'cellar', entries: logOf(1) });
	list.refresh();
	expect(reads()).toBe(1);
	await time.settle();
	expect(reads()).toBe(2);
	list.refresh();
	await time.settle();
	expect(reads()).toBe(3);
});

test('the newest list is shown, whatever the order of the replies', async () => {
	const { server, time, list, loaded } = await loadList();
	const [early, late] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
	const rename = (title: string) => {
		server.instead['room:list'] = () => ({ ok: true, data: { rooms: [{ ...server.summary(), title }] } });
	};
	rename('old');
	server.hold = early.promise;
	const first = list.load();
	rename('new');
	server.hold = late.promise;
	const second = list.load();
	late.resolve(undefined);
	await second;
	expect(list.rooms).toMatchObject([{ title: 'new' }]);
	early.resolve(undefined);
	expect(await first).toMatchObject([{ title: 'old' }]);
	await time.settle();
	expect(list.rooms).toMatchObject([{ title: 'new' }]);
	expect(loaded).toHaveLength(2);
});

test('an older list does not lower the heads and cursors of a newer one', async () => {
	const { server, list } = await loadList({ readSeq: 1 });
	const answer = Promise.withResolvers<undefined>();
	server.hold = answer.promise;
	const first = list.load();
	server.hold = undefined;
	server.store(...logOf(5).slice(3));
	await list.load();
	expect(list.rooms).toMatchObject([{ unread: 4 }]);
	answer.resolve(undefined);
	await first;
	expect(list.rooms).toMatchObject([{ unread: 4 }]);
});

test('a failed read keeps the last list, and the next trigger reads it again', async () => {
	const { server, time, list, loaded, reads } = await loadList();
	server.instead['room:list'] = () => ({ ok: false, error: { code: 'unavailable', message: '' } });
	await expect(list.load()).rejects.toThrow(RejectionError);
	list.refresh();
	await time.settle();
	expect(list.rooms.map(({ room }) => room)).toEqual(['lobby']);
	expect(loaded).toHaveLength(1);
	delete server.instead['room:list'];
	server.log = [];
	list.refresh();
	await time.settle();
	expect([list.rooms, reads()]).toEqual([[], 4]);
	server.disconnect();
	await expect(list.load()).rejects.toThrow(ConnectionLost);
});

test('[READ-4] the list counts the unread messages of the user’s rooms, as they arrive and are read', async () => {
	const { server, list } = await loadList({ readSeq: 1 });
	let seen: number | undefined;
	list.changes.on(() => (seen = list.rooms[0]?.unread));
	expect(list.rooms).toMatchObject([{ unread: 2 }]);
	server.say(SOMEBODY, { kind: 'message', text: 'hello' });
	expect(seen).toBe(3);
	server.tell('read:changed', { room: 'lobby', readSeq: 3, readSaid: 3 });
	expect(seen).toBe(1);
	server.tell('room:heads', { heads: { lobby: { head: 9, said: 9 } } });
	expect(seen).toBe(6);
	server.say(ME, { kind: 'message', text: 'mine' });
	expect(list.rooms).toMatchObject([{ unread: 6 }]);
});

test('[READ-4] a room without a membership has no unread messages', async () => {
	const { server, list } = await loadList({ readSeq: 1 });
	server.instead['room:list'] = () => ({ ok: true, data: { rooms: [{ ...server.summary(), isMember: false }] } });
	await list.load();
	expect(list.rooms).toMatchObject([{ room: 'lobby', isMember: false, unread: 0 }]);
});

test('a disposed list sends no request', async () => {
	const { server, time, list, reads } = await loadList();
	list.dispose();
	server.tell('room:changed', { room: 'lobby', title: 'Hall' });
	server.tell('entry:new', { room: 'hall', entries: logOf(1) });
	server.connect();
	await time.settle();
	expect(reads()).toBe(1);
});

/** Creates a list of rooms of which the lobby has the oldest message. */
async function loadThree() {
	const created = createList();
	const { server } = created;
	const { lastAt } = server.summary();
	const hall = { ...server.summary(), room: 'hall', title: 'Hall', lastAt: lastAt + 1_000 };
	const cellar = { ...server.summary(), room: 'cellar', title: 'Cellar', lastAt: lastAt + 2_000 };
	const open = { ...server.summary(), room: 'open', title: 'Open', isMember: false, lastAt: lastAt + 9_000 };
	server.instead['room:list'] = () => ({ ok: true, data: { rooms: [open, server.summary(), hall, cellar] } });
	server.connect();
	await created.time.settle();
	return { ...created, lastAt, order: () => created.list.rooms.map(({ room }) => room) };
}

test('[ROOM-5] the list begins with pinned rooms, and then has the newest activity first, live', async () => {
	const { server, list, lastAt, order } = await loadThree();
	expect(order()).toEqual(['cellar', 'hall', 'lobby', 'open']);
	server.tell('room:settings', { room: 'hall', isPinned: true, isMuted: false });
	expect(order()).toEqual(['hall', 'cellar', 'lobby', 'open']);
	let fired = 0;
	list.changes.on(() => (fired += 1));
	const [entry] = logOf(4).slice(-1);
	if (entry) server.tell('entry:new', { room: 'lobby', entries: [{ ...entry, sentAt: lastAt + 5_000 }] });
	expect([order(), fired > 0]).toEqual([['hall', 'lobby', 'cellar', 'open'], true]);
});

test('[ROOM-5] an edit, a reaction or an older message moves no room', async () => {
	const { server, lastAt, order } = await loadThree();
	server.say(SOMEBODY, { kind: 'edit', target: 1, text: 'another' });
	const [entry] = logOf(4).slice(-1);
	if (entry) server.tell('entry:new', { room: 'lobby', entries: [{ ...entry, sentAt: lastAt - 1 }] });
	expect(order()).toEqual(['cellar', 'hall', 'lobby', 'open']);
});

test('[ROOM-4] the list sets what the server has set', async () => {
	const { server, list } = await loadList();
	server.instead['room:set'] = () => ({ ok: true, data: { isPinned: true, isMuted: true } });
	await list.set('lobby', { isPinned: true });
	expect(server.asked.at(-1)).toEqual({ name: 'room:set', payload: { room: 'lobby', isPinned: true } });
	expect(list.rooms).toMatchObject([{ isPinned: true, isMuted: true }]);
});

/** Creates a session with the rooms `lobby`, which may be open, and `hall`, and records the mentions of the user. */
async function listenForMentions(isOpen: boolean) {
	const { server, time, chat } = await loadList();
	if (isOpen) chat.open('lobby');
	await time.settle();
	const mentioned: string[] = [];
	chat.rooms.mentioned.on(({ room, message }) => mentioned.push(`${room}: ${message.text}`));
	return { server, chat, mentioned };
}

test.for([
	['open', true],
	['closed', false]
] as const)('a message that names the user is reported: %s room', async ([, isOpen]) => {
	const { server, mentioned } = await listenForMentions(isOpen);
	server.say(SOMEBODY, { kind: 'message', text: 'hello @Me' });
	server.say(SOMEBODY, { kind: 'message', text: '@me, look' });
	expect(mentioned).toEqual(['lobby: hello @Me', 'lobby: @me, look']);
});

test.for<[what: string, say: (server: FakeServer) => void]>([
	['another name', (server) => server.say(SOMEBODY, { kind: 'message', text: '@Melanie @Somebody Me' })],
	['a message of the user', (server) => server.say(ME, { kind: 'message', text: 'I am @Me' })],
	['an edit', (server) => server.say(SOMEBODY, { kind: 'edit', target: 1, text: '@Me' })],
	['a deletion', (server) => server.say(SOMEBODY, { kind: 'delete', target: 1 })]
])('nothing is reported as a mention for %s', async ([, say]) => {
	for (const isOpen of [true, false]) {
		const { server, mentioned } = await listenForMentions(isOpen);
		say(server);
		expect(mentioned).toEqual([]);
	}
});

test('a mention is a mention of the user’s current name', async () => {
	const { server, mentioned } = await listenForMentions(false);
	server.tell('user:renamed', { user: { ...ME, name: 'Ada' } });
	server.say(SOMEBODY, { kind: 'message', text: '@Me' });
	server.say(SOMEBODY, { kind: 'message', text: '@Ada' });
	expect(mentioned).toEqual(['lobby: @Ada']);
});
