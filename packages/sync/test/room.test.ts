import { MAX_HELD_MESSAGES } from '@digda/protocol';
import { expect, test } from 'vitest';
import { ConnectionLost } from '../src/index.ts';
import { FakeServer } from './support/FakeServer.ts';
import { logOf, messagesOf } from './support/log.ts';
import { MemoryStorage } from './support/MemoryStorage.ts';
import { VirtualTime } from './support/VirtualTime.ts';
import { TestChat } from './support/TestChat.ts';

const ME = { id: 'me', name: 'Me' };
const SOMEBODY = { id: 'somebody', name: 'Somebody' };

const LOBBY = { room: 'lobby', isMember: true };

/** Creates a client in a room with `length` messages and a read cursor. */
async function openRoom(length: number, readSeq = length) {
	const server = new FakeServer();
	server.readSeq = readSeq;
	const time = new VirtualTime();
	server.log = logOf(length);
	const client = new TestChat({
		...{ socket: server.socket, schedule: time.schedule, random: () => 0.5, now: () => time.now }
	});
	const room = client.open('lobby');
	server.connect();
	await time.settle();
	return { server, time, client, room, timeline: room.timeline };
}

test('[LINE-5] a client sends no request without a connection, and joins its rooms on each connection', async () => {
	const server = new FakeServer();
	const client = new TestChat({ socket: server.socket, schedule: new VirtualTime().schedule });
	client.open('lobby');
	await expect(client.list()).rejects.toThrow();
	expect(server.asked).toEqual([]);
	server.connect();
	server.disconnect();
	server.connect();
	expect(server.count('room:join')).toBe(2);
});

test('a joined room is one of the user’s rooms before it has a message', async () => {
	const { client } = await openRoom(0);
	expect(client.unread.rooms).toEqual(['lobby']);
});

test('[LINE-5] the room drops the reply of an earlier connection', async () => {
	const { server, time, client, room, timeline } = await openRoom(3);
	const slow = Promise.withResolvers<undefined>();
	server.hold = slow.promise;
	server.disconnect();
	server.connect();
	const dropped = expect(client.list()).rejects.toThrow(ConnectionLost);
	server.disconnect();
	await dropped;
	server.hold = undefined;
	server.log = logOf(5);
	server.connect();
	await time.settle();
	slow.resolve(undefined);
	await time.settle();
	expect(timeline.to).toBe(5);
	expect(room.status).toBe('joined');
	expect(time.isWaiting).toBe(false);
});

test('[TIME-2] a gap waits for entries in flight, and then all missing pages are read', async () => {
	const { server, time, timeline } = await openRoom(10);
	server.store(...logOf(600).slice(10));
	server.news(599, 600);
	expect(timeline).toMatchObject({ to: 10, head: 600 });
	await time.pass(299);
	expect(server.count('history:read')).toBe(0);
	expect(server.count('room:join')).toBe(1);
	await time.pass(201);
	expect(server.count('room:join')).toBe(2);
	expect(timeline.messages).toEqual(server.room.messages().slice(-MAX_HELD_MESSAGES));
	expect(server.count('history:read')).toBe(3);
});

test('[TIME-2] entries in flight fill the gap without a request', async () => {
	const { server, time, timeline } = await openRoom(10);
	server.store(...logOf(12).slice(10));
	server.news(11, 12);
	server.news(10, 11);
	expect(timeline.to).toBe(12);
	expect(timeline.isBehind).toBe(false);
	await time.pass(1_000);
	expect(server.asked).toHaveLength(1);
});

test('[TIME-2] a page that the server cannot read now is requested again', async () => {
	const { server, time, timeline } = await openRoom(10);
	server.store(...logOf(100).slice(10));
	server.instead['history:read'] = () => {
		delete server.instead['history:read'];
		return { ok: false, error: { code: 'unavailable', message: '' } };
	};
	server.news(99, 100);
	await time.pass(5_000);
	expect(timeline.to).toBe(100);
	expect(server.count('history:read')).toBe(2);
});

test('[TIME-3] after an absence the room reads on after the last message, page after page', async () => {
	const { server, time, room, timeline } = await openRoom(100);
	server.disconnect();
	server.store(...logOf(1_100).slice(100));
	server.connect();
	await time.settle();
	const { asked } = server;
	expect(asked.find(({ name, payload }) => name === 'room:join' && 'after' in payload)?.payload).toEqual({
		...{ room: 'lobby', from: 51, after: 100, afterId: logOf(100)[99]?.id, epoch: 'first' }
	});
	await time.pass(1_000);
	expect(timeline.messages).toEqual(server.room.messages().slice(-MAX_HELD_MESSAGES));
	expect(room.missed).toBe(1_000);
});

test('[TIME-3] after more than 1,000 missed messages a reader at the end gets the latest page, and a reader of history stays', async () => {
	for (const isReaderAtEnd of [true, false]) {
		const { server, time, room, timeline } = await openRoom(100);
		room.history.isReaderAtEnd = isReaderAtEnd;
		server.disconnect();
		server.store(...logOf(1_101).slice(100));
		server.connect();
		await time.settle();
		expect(timeline).toMatchObject(
			isReaderAtEnd
				? { from: 1_052, to: 1_101, isFollowing: true }
				: { from: 51, to: 100, isFollowing: false, hasNewer: true }
		);
		await room.history.showLatest();
		expect(timeline).toMatchObject({ to: 1_101, isFollowing: true });
		await room.history.loadOlder();
		expect(timeline.from).toBe(1_002);
	}
});

test('[TIME-4] a reader of history can go to the beginning and back to the end', async () => {
	const { server, room, timeline } = await openRoom(MAX_HELD_MESSAGES + 300);
	while (timeline.hasOlder) await room.history.loadOlder();
	expect(timeline).toMatchObject({ from: 1, to: MAX_HELD_MESSAGES, isFollowing: false });
	server.store(...logOf(MAX_HELD_MESSAGES + 301).slice(-1));
	server.news(MAX_HELD_MESSAGES + 300, MAX_HELD_MESSAGES + 301);
	while (timeline.hasNewer) await room.history.loadNewer();
	expect(timeline).toMatchObject({ from: 302, to: MAX_HELD_MESSAGES + 301, isFollowing: true });
});

test('[TIME-4] the end that is far from the reader is trimmed, and a reader a little above the end still follows', async () => {
	const { server, room, timeline } = await openRoom(MAX_HELD_MESSAGES);
	while (timeline.hasOlder) await room.history.loadOlder();
	for (const [lastSeen, from] of [
		[280, 2],
		[20, 2]
	] as const) {
		Object.assign(room.history, { isReaderAtEnd: false, lastSeen });
		server.store(...logOf(server.log.length + 1).slice(-1));
		server.news(server.log.length - 1, server.log.length);
		expect(timeline.from, `seen ${lastSeen}`).toBe(from);
	}
	expect(timeline).toMatchObject({ to: MAX_HELD_MESSAGES + 1, isFollowing: false, hasNewer: true });
});

test('[TIME-7] a room opens at the first unread message', async () => {
	const far = await openRoom(200, 100);
	expect(far.room.firstUnread).toBe(101);
	expect(far.timeline).toMatchObject({ from: 76, to: 125, head: 200, isFollowing: false });

	const near = await openRoom(200, 190);
	expect(near.room.firstUnread).toBe(191);
	expect(near.timeline).toMatchObject({ from: 151, to: 200, isFollowing: true });
	expect(near.server.count('history:read')).toBe(0);

	const read = await openRoom(200);
	expect(read.room.firstUnread).toBeUndefined();
});

test('[TIME-7] if the page of the first unread message cannot be read, the room opens at the end and joins again', async () => {
	const server = new FakeServer();
	const time = new VirtualTime();
	server.log = logOf(200);
	server.readSeq = 100;
	server.instead['history:read'] = () => {
		server.disconnect();
		delete server.instead['history:read'];
		return { ok: false, error: { code: 'unavailable', message: '' } };
	};
	const client = new TestChat({ socket: server.socket, schedule: time.schedule });
	const room = client.open('lobby');
	server.connect();
	await time.settle();
	server.connect();
	await time.settle();
	expect(room.status).toBe('joined');
	expect(room.firstUnread).toBe(101);
	expect(room.timeline).toMatchObject({ from: 151, to: 200, isFollowing: true });
});

test('[TIME-2] a gap that cannot be filled is reported, and can be filled at once', async () => {
	const { server, time, room, timeline } = await openRoom(10);
	server.store(...logOf(100).slice(10));
	server.instead['history:read'] = () => ({ ok: false, error: { code: 'unavailable', message: '' } });
	server.news(99, 100);
	expect(room.history.isStuck).toBe(false);
	let told = false;
	room.changes.on(() => (told = room.history.isStuck));
	await time.pass(600);
	expect(told).toBe(true);
	delete server.instead['history:read'];
	await room.history.fillGap();
	expect(timeline.to).toBe(100);
	expect(room.history.isStuck).toBe(false);
});

test('[TIME-5] a head reveals a lost last message', async () => {
	const { server, time, timeline } = await openRoom(10);
	server.store(...logOf(11).slice(10));
	server.tellHead();
	await time.pass(500);
	expect(timeline.to).toBe(11);
});

test('[TIME-5] [JOIN-4] a head before the end of the window makes the room join again, and a reset drops the window', async () => {
	const { server, time, timeline } = await openRoom(10);
	server.log = logOf(4);
	server.tellHead();
	await time.settle();
	expect(timeline.messages).toEqual(server.room.messages());
	expect(server.count('room:join')).toBe(2);

	server.disconnect();
	server.epoch = 'second';
	server.connect();
	await time.settle();
	expect(timeline.epoch).toBe('second');
});

test('[JOIN-4] entries before the reply to a join are not appended to the window of another log', async () => {
	const { server, time, timeline } = await openRoom(10);
	server.disconnect();
	server.epoch = 'second';
	server.log = logOf(11).map((entry) => ({ ...entry, text: `other ${entry.seq}` }));
	server.connect();
	server.news(10, 11);
	expect(timeline.to).toBe(10);
	await time.settle();
	expect(timeline.messages).toEqual(server.room.messages());
});

test('a temporary failure of a join is retried, and a rejection is kept', async () => {
	const { server, time, room } = await openRoom(1);
	server.instead['room:join'] = () => ({ ok: false, error: { code: 'unavailable', message: '' } });
	server.disconnect();
	server.connect();
	await time.settle();
	expect(room.status).toBe('joining');
	delete server.instead['room:join'];
	await time.pass(1_000);
	expect(room.status).toBe('joined');

	server.instead['room:join'] = () => ({ ok: false, error: { code: 'forbidden', message: '' } });
	server.disconnect();
	server.connect();
	await time.settle();
	expect(room).toMatchObject({ status: 'rejected', rejection: { code: 'forbidden' } });
});

test('a room sends no entry before it is joined, because the membership may begin with the join', async () => {
	const server = new FakeServer();
	const time = new VirtualTime();
	const client = new TestChat({ socket: server.socket, schedule: time.schedule });
	const room = client.open('lobby');
	await room.say('early');
	const joined = Promise.withResolvers<undefined>();
	server.hold = joined.promise;
	server.connect();
	await time.settle();
	expect(server.asked.map(({ name }) => name)).toEqual(['room:join']);
	server.hold = undefined;
	joined.resolve(undefined);
	await time.settle();
	expect(server.asked.map(({ name }) => name)).toEqual(['room:join', 'message:send']);
});

test('[BOX-1] the next connection of another tab sends the entries of a closed tab', async () => {
	const server = new FakeServer();
	const time = new VirtualTime();
	const storage = new MemoryStorage();
	const [closed, open] = [new FakeServer(), server].map(
		({ socket }) => new TestChat({ socket, schedule: time.schedule, storage })
	);
	await open?.outbox.load();
	await closed?.say('lobby', 'left behind');
	expect(open?.outbox.entries).toEqual([]);
	server.connect();
	await time.settle();
	expect(server.asked).toMatchObject([{ name: 'message:send', payload: { text: 'left behind' } }]);
});

test('[TYPE-1] typing is sent once per 3 s, and its end at once', async () => {
	const { server, time, room } = await openRoom(0);
	for (let index = 0; index < 10; index += 1) room.setTyping(true);
	expect(server.typed).toEqual([true]);
	await time.pass(3_000);
	expect(server.typed).toEqual([true]);
	room.setTyping(true);
	room.setTyping(false);
	room.setTyping(false);
	room.setTyping(true);
	expect(server.typed).toEqual([true, true, false]);
});

test('[TYPE-1] a typing state ends 5 s after its last notice, or with a message', async () => {
	const { server, time, room } = await openRoom(0);
	const user = { id: 'friend', name: 'Friend' };
	const typing = { room: 'lobby', user, isTyping: true };
	server.tell('typing:changed', typing);
	await time.pass(4_000);
	server.tell('typing:changed', typing);
	await time.pass(4_999);
	expect(room.people.typing).toEqual([user]);
	await time.pass(1);
	expect(room.people.typing).toEqual([]);

	server.tell('typing:changed', typing);
	server.say(user, { kind: 'message', text: 'hello' });
	expect(room.people.typing).toEqual([]);
});

test('[READ-2] the read cursor is sent at once and then once per 2 s, never backwards and never past the head', async () => {
	const { server, time, room } = await openRoom(10, 0);
	for (const seq of [2, 1, 3, 4, 99]) room.markRead(seq);
	expect(room.readSeq).toBe(10);
	await time.pass(2_000);
	expect(server.asked.filter(({ name }) => name === 'read:mark').map(({ payload }) => payload)).toEqual([
		{ room: 'lobby', seq: 2 },
		{ room: 'lobby', seq: 10 }
	]);
});

/** Creates a log of `length` messages, in which the messages with the given `seq`s are the user's own. */
function logWithOwn(length: number, ...own: number[]) {
	return logOf(length).map((entry) => (own.includes(entry.seq) ? { ...entry, author: ME } : entry));
}

test.for([
	{ own: [11, 12], length: 12, firstUnread: undefined, what: 'only own messages' },
	{ own: [12], length: 12, firstUnread: undefined, what: 'an own message after another one' },
	{ own: [11], length: 12, firstUnread: 12, what: 'another message after an own one' }
])('[READ-3] of $what the new messages begin at $firstUnread', async ({ own, length, firstUnread }) => {
	const server = new FakeServer();
	server.log = logWithOwn(length, ...own);
	server.readSeq = 10;
	const client = new TestChat({ socket: server.socket, schedule: new VirtualTime().schedule });
	const room = client.open('lobby');
	server.connect();
	await expect.poll(() => room.status).toBe('joined');
	expect(room.firstUnread).toBe(firstUnread);
	expect(client.unread.of(LOBBY)).toBe(firstUnread === undefined ? 0 : 1);
});

test('[READ-3] the user’s messages of another connection are not unread, in open and closed rooms', async () => {
	const { server, client, room } = await openRoom(10, 10);
	server.log = logWithOwn(12, 12);
	server.news(10, 12);
	expect(room.readSeq).toBe(12);
	const hall = { ...LOBBY, room: 'hall' };
	server.tell('entry:new', { room: 'hall', entries: server.log.slice(11) });
	server.tell('read:changed', { room: 'hall', readSeq: 5, readSaid: 5 });
	expect(client.unread.of(hall)).toBe(0);
	server.tell('entry:new', { room: 'hall', entries: logOf(13).slice(12) });
	expect(client.unread.of(hall)).toBe(1);
});

test('[READ-3] the user’s own message that fills a gap counts as read', async () => {
	const { server, time, room } = await openRoom(10, 10);
	server.store(...logWithOwn(20, 15).slice(10));
	server.news(19, 20);
	await time.pass(1_000);
	expect(room.timeline.to).toBe(20);
	expect(room.readSeq).toBe(15);
});

test('[PRES-1] the online members follow the changes', async () => {
	const { server, room } = await openRoom(0);
	const friend = { id: 'friend', name: 'Friend' };
	server.tell('presence:changed', { room: 'lobby', joined: [friend], left: [], memberCount: 2 });
	expect([room.people.memberCount, room.people.members]).toEqual([2, [server.user, friend]]);
	server.tell('user:renamed', { user: { ...friend, name: '친구' } });
	server.tell('presence:changed', { room: 'lobby', joined: [], left: ['me'], memberCount: 1 });
	expect([room.people.memberCount, room.people.members]).toEqual([1, [{ id: 'friend', name: '친구' }]]);
});

test.for(['left', 'removed', 'closed', 'rejected'] as const)(
	'[PRIV-9] a user without a membership (%s) sees no members',
	async (reason) => {
		const { server, time, room } = await openRoom(3);
		expect(room.people.memberCount).toBe(1);
		if (reason === 'rejected') {
			server.instead['room:join'] = () => ({ ok: false, error: { code: 'not_found', message: '' } });
			server.disconnect();
			server.connect();
		} else server.tell('room:left', { room: 'lobby', reason });
		await time.settle();
		expect(room).toMatchObject({ isOut: true, people: { memberCount: 0, members: [] } });
	}
);

test('[KEPT-1] kept messages are shown until the room is joined, whatever its log contains', async () => {
	const server = new FakeServer();
	server.log = logOf(4);
	server.readSeq = 2;
	const client = new TestChat({ socket: server.socket, schedule: new VirtualTime().schedule });
	const room = client.open('lobby');
	room.preview(messagesOf(logOf(120).slice(20)));
	expect(room.timeline).toMatchObject({ isPreview: true, to: 120, epoch: undefined });
	server.connect();
	await expect.poll(() => room.status).toBe('joined');
	expect(server.asked[0]?.payload).toEqual({ room: 'lobby' });
	expect(room.timeline).toMatchObject({ isPreview: false, from: 1, to: 4, head: 4 });
	expect(room.firstUnread).toBe(3);
	room.preview(messagesOf(logOf(120)));
	expect(room.timeline.to).toBe(4);
});

test('[KEPT-1] kept messages are hidden when the join is rejected', async () => {
	const server = new FakeServer();
	server.instead['room:join'] = () => ({ ok: false, error: { code: 'not_found', message: '' } });
	const client = new TestChat({ socket: server.socket, schedule: new VirtualTime().schedule });
	const room = client.open('lobby');
	room.preview(messagesOf(logOf(3)));
	server.connect();
	await expect.poll(() => room.isOut).toBe(true);
	expect(room.timeline.messages).toEqual([]);
	room.preview(messagesOf(logOf(3)));
	expect(room.timeline.messages).toEqual([]);
});

test('[TIME-6] a head from before the log became shorter is dropped', async () => {
	for (const isReaderAtEnd of [true, false]) {
		const { server, time, room, timeline } = await openRoom(10);
		room.history.isReaderAtEnd = isReaderAtEnd;
		server.store(...logOf(15).slice(10));
		server.news(14, 15);
		expect(timeline).toMatchObject({ to: 10, head: 15 });
		server.disconnect();
		server.log = logOf(12); // an older copy whose last message is that of the window
		server.connect();
		await time.pass(10_000);
		expect(timeline).toMatchObject({ to: 12, head: 12, hasNewer: false });
		expect(server.count('room:join')).toBe(2);
	}
});

test('[TIME-6] a page of another log makes the room join again', async () => {
	const { server, time, room, timeline } = await openRoom(100);
	server.epoch = 'second';
	server.log = logOf(100).map((entry) => ({ ...entry, text: `other ${entry.seq}` }));
	await expect(room.history.loadOlder()).rejects.toThrow();
	await time.settle();
	expect(timeline).toMatchObject({ epoch: 'second', messages: server.room.messages().slice(50) });
});

test('[TIME-1] entries that arrive before the first page are appended to it', async () => {
	const server = new FakeServer();
	const time = new VirtualTime();
	server.log = logOf(10);
	const client = new TestChat({ socket: server.socket, schedule: time.schedule });
	const { timeline } = client.open('lobby');
	const page = Promise.withResolvers<undefined>();
	server.hold = page.promise;
	server.connect();
	server.store(...logOf(12).slice(10));
	server.news(10, 12);
	page.resolve(undefined);
	await time.settle();
	expect(timeline).toMatchObject({ to: 12, head: 12 });
	expect(server.count('history:read')).toBe(0);
});

test('[TIME-2] a newer head in an older page reveals a gap', async () => {
	const { server, time, room, timeline } = await openRoom(100);
	server.store(...logOf(101).slice(100));
	await room.history.loadOlder();
	await time.pass(500);
	expect(timeline.to).toBe(101);
});

test('[TIME-2] a gap is filled although the server failed once', async () => {
	const { server, time, room, timeline } = await openRoom(10);
	server.store(...logOf(100).slice(10));
	server.instead['history:read'] = () => {
		delete server.instead['history:read'];
		return { ok: false, error: { code: 'internal', message: '' } };
	};
	server.news(99, 100);
	await time.pass(500);
	expect(room.status).toBe('joined');
	expect(timeline.to).toBe(60);
	await time.pass(1_000);
	expect(timeline.to).toBe(100);
});

test('[BOX-7] acknowledged entries that are not shown are sent again after the log was restored to an earlier state', async () => {
	const { server, time, client, room } = await openRoom(10);
	await room.say('mine');
	await time.settle();
	expect(room.entries).toMatchObject([{ state: 'stored', seq: 11 }]);
	server.disconnect();
	server.log = logOf(10);
	server.connect();
	await time.settle();
	expect(
		server.room
			.messages()
			.map(({ text }) => text)
			.slice(10)
	).toEqual(['mine']);
	server.news(10, 11);
	expect(client.outbox.entries).toEqual([]);
});

test.for(['good', 'unavailable', 'forbidden'] as const)(
	'[LEAVE-1] a left room stays left after the reply to an earlier join: %s',
	async (answer) => {
		const { server, time, room } = await openRoom(10);
		const answered = Promise.withResolvers<undefined>();
		server.disconnect();
		server.hold = answered.promise;
		if (answer !== 'good') {
			const error = { code: answer, message: '' };
			server.instead['room:join'] = () => ({ ok: false, error });
		}
		server.connect();
		server.tell('room:left', { room: 'lobby', reason: 'left' });
		answered.resolve(undefined);
		await time.pass(60_000);
		expect(room).toMatchObject({ status: 'left', rejection: undefined });
		expect(server.count('room:join')).toBe(2);
	}
);

test.for(['unavailable', 'forbidden'] as const)(
	'[LEAVE-1] a left room stays left after the reply with an earlier page: %s',
	async (code) => {
		const { server, time, room } = await openRoom(10);
		const answered = Promise.withResolvers<undefined>();
		server.store(...logOf(100).slice(10));
		server.instead['history:read'] = () => {
			server.hold = answered.promise;
			return { ok: false, error: { code, message: '' } };
		};
		server.news(99, 100);
		await time.pass(500);
		expect(server.count('history:read')).toBe(1);
		server.tell('room:left', { room: 'lobby', reason: 'left' });
		answered.resolve(undefined);
		await time.pass(60_000);
		expect(room).toMatchObject({ status: 'left', rejection: undefined });
		expect(server.asked).toHaveLength(3);
	}
);

test('a closed room is not joined again, and still sends its entries', async () => {
	const { server, time, client } = await openRoom(10);
	const error = { code: 'unavailable', message: '' };
	server.instead['room:join'] = () => ({ ok: false, error });
	const other = client.open('other');
	await time.settle();
	await other.say('typed');
	client.close('other');
	await time.pass(5_000);
	expect(server.count('room:join')).toBe(2);
	expect(server.asked).toContainEqual({
		name: 'message:send',
		payload: expect.objectContaining({ room: 'other', text: 'typed' }) as object
	});
});

test('[ROOM-1] entries from before the server spelled the room differently are sent to it', async () => {
	const server = new FakeServer();
	const time = new VirtualTime();
	const client = new TestChat({ socket: server.socket, schedule: time.schedule });
	const room = client.open('Lobby');
	await room.say('early');
	server.connect();
	await time.settle();
	expect(room.id).toBe('lobby');
	expect(client.open('lobby')).toBe(room);
	expect(room.entries).toMatchObject([{ content: { text: 'early' }, room: 'lobby' }]);
	expect(server.asked).toContainEqual({
		name: 'message:send',
		payload: expect.objectContaining({ room: 'lobby', text: 'early' }) as object
	});
});

test('[READ-2] messages outside of the window are not marked as read, and a closing room sends the last cursor', async () => {
	const { server, time, client, room, timeline } = await openRoom(10, 0);
	server.store(...logOf(15).slice(10));
	server.news(14, 15);
	room.markRead(5);
	room.markRead(timeline.head);
	expect(room.readSeq).toBe(10);
	client.end();
	expect(server.asked.at(-1)).toEqual({ name: 'read:mark', payload: { room: 'lobby', seq: 10 } });
	await time.settle();
	expect(time.isWaiting).toBe(false);
});

test('[TYPE-1] the user’s own typing on another connection is not shown', async () => {
	const { server, room } = await openRoom(0);
	server.tell('typing:changed', { room: 'lobby', user: server.user, isTyping: true });
	expect(room.people.typing).toEqual([]);
});

test('[DEL-5] a reader who was far back in the log sees a message that was deleted meanwhile as deleted', async () => {
	const { server, time, timeline } = await openRoom(1_500, 100);
	expect(timeline).toMatchObject({ from: 76, to: 125, isFollowing: false });
	server.disconnect();
	server.add(SOMEBODY, { kind: 'delete', target: 100 });
	server.connect();
	await time.settle();
	expect(timeline).toMatchObject({ from: 76, to: 125, head: 1_501 });
	expect(timeline.messages.find(({ seq }) => seq === 100)).toMatchObject({ text: '', isDeleted: true });
});

test('a removed member gets the reason, and a new title is shown', async () => {
	const { server, room } = await openRoom(3);
	server.tell('room:changed', { room: 'lobby', title: '새 이름', topic: '' });
	expect(room.title).toBe('새 이름');
	server.tell('room:left', { room: 'lobby', reason: 'removed' });
	expect(room).toMatchObject({ status: 'left', leftFor: 'removed' });
});

test('[DEL-5] a reader of history who has missed more than 1,000 messages sees deleted messages as deleted', async () => {
	const { server, time, room, timeline } = await openRoom(200);
	while (timeline.hasOlder) await room.history.loadOlder();
	Object.assign(room.history, { isReaderAtEnd: false, lastSeen: 50 });
	server.disconnect();
	server.store(...logOf(600).slice(200));
	server.add(SOMEBODY, { kind: 'delete', target: 30 });
	server.connect();
	await time.settle();
	expect(timeline).toMatchObject({ from: 1, to: 300, head: 601, isFollowing: false });
	expect(timeline.messages[29]).toMatchObject({ text: '', isDeleted: true });
});

test.for(['news', 'a head'] as const)(
	'[PRIV-8] a removed member joins again after a new delivery of the room: %s',
	async (what) => {
		const { server, time, room, timeline } = await openRoom(3);
		server.tell('room:left', { room: 'lobby', reason: 'removed' });
		server.store(...logOf(4).slice(3));
		if (what === 'news') server.news(3, 4);
		else server.tellHead();
		await time.settle();
		expect(room).toMatchObject({ status: 'joined', leftFor: undefined });
		expect(timeline.to).toBe(4);
	}
);

test('[PRIV-8] a removed member whose new join is rejected still sees the reason of the removal', async () => {
	const { server, time, room } = await openRoom(3);
	server.tell('room:left', { room: 'lobby', reason: 'removed' });
	server.instead['room:join'] = () => ({ ok: false, error: { code: 'not_found', message: '' } });
	server.news(2, 3);
	await time.settle();
	expect(room).toMatchObject({ status: 'left', leftFor: 'removed' });
});

test('[EDIT-1] [REACT-1] [DEL-1] a change names its message by author and id, and each has an id of its own', async () => {
	const { server, time, room, timeline } = await openRoom(3);
	const [message] = timeline.messages;
	if (!message) throw new Error('no message');
	for (const change of [
		() => room.react(message, '👍', true),
		() => room.edit(message, 'better'),
		() => room.delete(message),
		() => room.edit(message, 'again')
	]) {
		await change();
		await time.settle();
	}
	expect(room.entries.filter(({ state }) => state !== 'stored')).toMatchObject([
		{ content: { kind: 'edit', text: 'again' }, state: 'failed', failure: 'gone' }
	]);
	const target = { author: 'somebody', id: message.id };
	const sent = server.asked.slice(1);
	expect(sent).toMatchObject([
		{ name: 'message:react', payload: { room: 'lobby', target, emoji: '👍', isSet: true } },
		{ name: 'message:edit', payload: { room: 'lobby', target, text: 'better' } },
		{ name: 'message:delete', payload: { room: 'lobby', target } },
		{ name: 'message:edit' }
	]);
	expect(new Set(sent.map(({ payload }) => 'id' in payload && payload.id)).size).toBe(4);
	server.news(3, 6);
	expect(timeline).toMatchObject({ to: 6, head: 6, said: 3 });
	expect(timeline.messages[0]).toMatchObject({ text: '', isDeleted: true });
	expect(timeline.messages[0]?.reactions).toBeUndefined();
});

test('[JOIN-2] [READ-4] messages right before the reply to a join are counted, and the user’s own count as read', async () => {
	for (const author of [SOMEBODY, ME]) {
		const { server, time, client, room } = await openRoom(10, 10);
		const page = Promise.withResolvers<undefined>();
		server.disconnect();
		server.hold = page.promise;
		const joined = client.open('lobby').timeline.to;
		server.connect();
		server.say(author, { kind: 'message', text: 'early' });
		page.resolve(undefined);
		await time.settle();
		expect([joined, room.timeline.to]).toEqual([10, 11]);
		expect(room.readSeq).toBe(author === ME ? 11 : 10);
		expect(client.unread.of(LOBBY)).toBe(author === ME ? 0 : 1);
	}
});

test('[READ-3] the user’s own message right before the reply to a first join counts as read', async () => {
	const server = new FakeServer();
	const time = new VirtualTime();
	server.log = logOf(10);
	server.readSeq = 10;
	const client = new TestChat({ socket: server.socket, schedule: time.schedule });
	const room = client.open('lobby');
	server.connect();
	server.say(ME, { kind: 'message', text: 'early' });
	await time.settle();
	expect([room.timeline.to, room.readSeq, client.unread.of(LOBBY)]).toEqual([11, 11, 0]);
});

test.for([
	{ what: 'only changes of read messages', deleted: [3], firstUnread: undefined, unread: 0 },
	{ what: 'only deleted messages', readSeq: 9, deleted: [10], firstUnread: undefined, unread: 0 },
	{ what: 'a message between deleted ones', readSeq: 7, deleted: [8, 10], firstUnread: 8, unread: 1 }
])('[FOLD-4] [DEL-4] new are $firstUnread on: $what', async ({ readSeq = 10, deleted, firstUnread, unread }) => {
	const server = new FakeServer();
	const time = new VirtualTime();
	server.log = logOf(10);
	server.readSeq = readSeq;
	server.add(SOMEBODY, { kind: 'reaction', target: 1, emoji: '👍', isSet: true });
	for (const target of deleted) server.add(SOMEBODY, { kind: 'delete', target });
	const client = new TestChat({ socket: server.socket, schedule: time.schedule });
	const room = client.open('lobby');
	server.connect();
	await time.settle();
	expect([room.firstUnread, client.unread.of(LOBBY)]).toEqual([firstUnread, unread]);
});

test('[READ-4] shown but unread messages are still unread after the next join', async () => {
	const { server, time, client, room } = await openRoom(1_000, 5);
	expect(client.unread.of(LOBBY)).toBe(995);
	await room.history.showLatest();
	server.disconnect();
	server.connect();
	await time.settle();
	expect(room.timeline).toMatchObject({ from: 951, to: 1_000 });
	expect(client.unread.of(LOBBY)).toBe(995);
});

test('[READ-4] the unread count changes at once, and follows the server where it knows more', async () => {
	const { server, time, client, room } = await openRoom(200, 100);
	server.add(SOMEBODY, { kind: 'delete', target: 190 });
	server.news(200, 201);
	expect(client.unread.of(LOBBY)).toBe(99);
	room.markRead(125);
	expect(client.unread.of(LOBBY)).toBe(75);
	await time.settle();
	expect(client.unread.of(LOBBY)).toBe(74);
	server.tell('read:changed', { room: 'lobby', ...server.room.cursorAt(150) });
	expect([room.readSeq, client.unread.of(LOBBY)]).toEqual([150, 49]);
});

test('[LEAVE-1] a left room has no state, whatever replies arrive later', async () => {
	const { server, time, client, room } = await openRoom(10, 5);
	const answered = Promise.withResolvers<undefined>();
	server.hold = answered.promise;
	room.markRead(10);
	server.tell('room:left', { room: 'lobby', reason: 'left' });
	answered.resolve(undefined);
	await time.settle();
	expect(client.unread.rooms).toEqual([]);
});

test('[JOIN-4] in another log the read cursor is that of its server', async () => {
	const { server, time, client } = await openRoom(10, 10);
	expect(client.unread.of(LOBBY)).toBe(0);
	server.disconnect();
	server.epoch = 'second';
	server.log = logOf(30);
	server.readSeq = 2;
	server.connect();
	await time.settle();
	expect(client.unread.of(LOBBY)).toBe(28);
});
