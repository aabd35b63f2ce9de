import { directRoomOf, type DeleteEntry, type MessageEntry, type RoomSummary } from '@digda/protocol';
import { expect, test } from 'vitest';
import { RoomList } from '../src/index.ts';
import { FakeServer } from './support/FakeServer.ts';
import { logOf } from './support/log.ts';
import { TestChat } from './support/TestChat.ts';
import { VirtualTime } from './support/VirtualTime.ts';

const FRIEND = { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', name: 'Friend' };
const ROOM = directRoomOf('0f8fad5b-d9cb-469f-a165-70867728950e', FRIEND.id) ?? '';

/** A chat whose server knows the direct room once it was joined. */
function createChat() {
	const server = new FakeServer();
	const time = new VirtualTime();
	const chat = new TestChat({ socket: server.socket, schedule: time.schedule });
	let exists = false;
	const join = server.answer.bind(server);
	server.instead['room:join'] = (payload) => {
		exists = true;
		delete server.instead['room:join'];
		const reply = join('room:join', payload) as { ok: true; data: object };
		return { ...reply, data: { ...reply.data, room: ROOM, title: FRIEND.name, isPrivate: true, other: FRIEND } };
	};
	server.instead['message:send'] = (payload) => {
		if (!exists) return { ok: false, error: { code: 'not_found', message: '' } };
		delete server.instead['message:send'];
		return join('message:send', payload);
	};
	const names = () => server.asked.map(({ name }) => name).filter((name) => /join|send/.test(name));
	return { server, time, chat, names };
}

test.for([
	['open', true],
	['closed', false]
] as const)('[DM-1] a first message that was written offline is sent after a join: %s room', async ([, isOpen]) => {
	const { server, time, chat, names } = createChat();
	const room = isOpen ? chat.open(ROOM) : undefined;
	await chat.say(ROOM, 'first');
	await chat.say(ROOM, 'second');
	server.connect();
	await time.settle();
	expect(names()).toEqual(['room:join', 'message:send', 'message:send']);
	expect(server.room.messages().map(({ text }) => text)).toEqual(['first', 'second']);
	expect(chat.outbox.entries.filter(({ state }) => state === 'failed')).toEqual([]);
	if (room) expect([room.title, room.other]).toEqual([FRIEND.name, FRIEND]);
});

test('[DM-1] a rejected join is the answer to a message for a closed direct room', async () => {
	const { server, time, chat, names } = createChat();
	server.instead['room:join'] = () => ({ ok: false, error: { code: 'forbidden', message: '' } });
	await chat.say(ROOM, 'first');
	server.connect();
	await time.settle();
	expect(names()).toEqual(['room:join']);
	expect(chat.outbox.entries).toMatchObject([{ state: 'failed', failure: 'forbidden' }]);
});

test('[DM-5] the list is read again for the first message of a direct room, and follows the other person’s name', async () => {
	const { server, time, chat } = createChat();
	const list = new RoomList(chat.session, chat.rooms);
	const reads = () => server.count('room:list');
	let rooms: RoomSummary[] = [];
	server.instead['room:list'] = () => ({ ok: true, data: { rooms } });
	server.connect();
	await time.settle();
	server.tell('room:heads', { heads: { [ROOM]: { head: 0, said: 0 } } });
	await time.settle();
	const before = reads();
	server.tell('room:heads', { heads: { [ROOM]: { head: 0, said: 0 } } });
	await time.settle();
	expect([reads(), list.rooms]).toEqual([before, []]);

	rooms = [{ ...server.summary(), room: ROOM, title: FRIEND.name, isPrivate: true, other: FRIEND }];
	server.tell('entry:new', { room: ROOM, entries: logOf(1) });
	await time.settle();
	expect(reads()).toBe(before + 1);
	expect(list.rooms).toMatchObject([{ room: ROOM, title: 'Friend', other: FRIEND }]);
	server.tell('user:renamed', { user: { ...FRIEND, name: 'Renamed' } });
	expect(list.rooms).toMatchObject([{ title: 'Renamed', other: { name: 'Renamed' } }]);
	server.tell('entry:new', { room: ROOM, entries: logOf(2).slice(1) });
	await time.settle();
	expect(reads()).toBe(before + 1);
});

/** A hidden message and a hidden change, as a reader receives them who blocks their author. */
const HIDDEN: MessageEntry = {
	kind: 'message',
	...{ seq: 2, id: '00000000-0000-4000-8000-00000000000a', author: FRIEND, sentAt: 5, said: 1, text: '' },
	isHidden: true
};
const HIDDEN_DELETION: DeleteEntry = {
	kind: 'delete',
	...{ seq: 3, id: '00000000-0000-4000-8000-00000000000b', author: FRIEND, sentAt: 6, said: 1 },
	target: { author: FRIEND.id, id: HIDDEN.id, seq: 2 },
	isHidden: true
};

test('[DM-6] hidden entries are in the window and in no message, unread count, mention or activity', async () => {
	const { server, time, chat } = createChat();
	server.log = logOf(1);
	server.readSeq = 1;
	server.instead['room:list'] = () => ({
		ok: true,
		data: { rooms: [{ ...server.summary(), room: ROOM, title: FRIEND.name, isPrivate: true, other: FRIEND }] }
	});
	const list = new RoomList(chat.session, chat.rooms);
	server.connect();
	const room = chat.open(ROOM);
	await time.settle();
	const { lastAt } = list.rooms[0] ?? { lastAt: 0 };
	let arrived = 0;
	room.arrived.on(() => (arrived += 1));
	chat.rooms.mentioned.on(() => (arrived += 1));
	server.tell('entry:new', { room: ROOM, entries: [HIDDEN, HIDDEN_DELETION] });
	await time.settle();
	expect([room.timeline.to, room.timeline.messages.length, room.messages.length, arrived]).toEqual([3, 2, 1, 0]);
	expect(room.timeline.messages[1]).toMatchObject({ seq: 2, isHidden: true });
	expect(room.timeline.messages[1]).not.toHaveProperty('isDeleted');
	expect(list.rooms).toMatchObject([{ unread: 0, lastAt }]);
	expect(room.timeline.cursorAt(1)).toEqual({ readSeq: 1, readSaid: 1 });
});

test('[DM-9] the quote of a hidden message stays like that of a deleted one, whatever happens to the message', async () => {
	const { server, time, chat } = createChat();
	server.log = logOf(1);
	server.connect();
	const room = chat.open(ROOM);
	await time.settle();
	const quote = { seq: 2, id: HIDDEN.id, author: FRIEND, text: '', isDeleted: true, isHidden: true } as const;
	const edit = { ...HIDDEN_DELETION, kind: 'edit', id: '00000000-0000-4000-8000-00000000000c', text: '' } as const;
	const reply = { ...HIDDEN, seq: 3, id: '00000000-0000-4000-8000-00000000000d', said: 2, text: 'open', quote };
	const { isHidden: _, ...open } = reply;
	const entries = [HIDDEN, open, { ...edit, seq: 4, said: 2 }, { ...HIDDEN_DELETION, seq: 5, said: 2 }];
	server.tell('entry:new', { room: ROOM, entries });
	await time.settle();
	expect(room.messages.at(-1)).toMatchObject({ seq: 3, text: 'open', quote });
	expect(room.messages.map(({ seq }) => seq)).toEqual([1, 3]);
	expect(room.timeline.to).toBe(5);
});

test('[DM-8] the session has the blocked people, and a blocked person does not type in a direct room', async () => {
	const { server, time, chat } = createChat();
	server.instead['room:list'] = () => ({
		ok: true,
		data: { rooms: [{ ...server.summary(), room: ROOM, isPrivate: true, other: FRIEND }] }
	});
	const list = new RoomList(chat.session, chat.rooms);
	server.tell('session:ready', { user: server.user, blocked: [FRIEND.id] });
	const room = chat.open(ROOM);
	await time.settle();
	const type = () => {
		server.tell('typing:changed', { room: ROOM, user: FRIEND, isTyping: true });
		return room.people.typing.length;
	};
	expect([[...chat.session.blocked], list.rooms[0]?.isBlocked, type()]).toEqual([[FRIEND.id], true, 0]);
	server.tell('person:blocked', { userId: FRIEND.id, isBlocked: false });
	expect([[...chat.session.blocked], list.rooms[0]?.isBlocked, type()]).toEqual([[], undefined, 1]);
	await chat.session.block(FRIEND.id, true);
	expect(server.asked.at(-1)).toEqual({ name: 'person:block', payload: { userId: FRIEND.id, isBlocked: true } });
	expect([...chat.session.blocked]).toEqual([FRIEND.id]);
});
