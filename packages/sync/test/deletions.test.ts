import { expect, test } from 'vitest';
import { Deletions, RoomList, type MayBeDeleted } from '../src/index.ts';
import { FakeServer } from './support/FakeServer.ts';
import { logOf } from './support/log.ts';
import { TestChat } from './support/TestChat.ts';
import { VirtualTime } from './support/VirtualTime.ts';

const SOMEBODY = { id: 'somebody', name: 'Somebody' };

/** Creates a session with a lobby of ten messages, connects it, and records its deletions. */
async function watchDeletions(prepare: (server: FakeServer) => void = () => undefined) {
	const server = new FakeServer();
	server.log = logOf(10);
	prepare(server);
	const time = new VirtualTime();
	const chat = new TestChat({ socket: server.socket, schedule: time.schedule });
	const list = new RoomList(chat.session, chat.rooms);
	const found: MayBeDeleted[] = [];
	new Deletions(chat.rooms, list).found.on((mayBeDeleted) => found.push(mayBeDeleted));
	server.connect();
	await time.settle();
	return { server, time, chat, list, found };
}

/** Returns the `seq`s of the first twenty messages of a room that may have been deleted. */
function deletedIn(room: string, mayBeDeleted: MayBeDeleted | undefined): number[] {
	return Array.from({ length: 20 }, (_, index) => index + 1).filter((seq) => mayBeDeleted?.(room, seq));
}

/** Returns the numbers from `from` to `to`. */
function range(from: number, to: number): number[] {
	return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

test('[DEL-5] a delivered deletion concerns only its message, in open and closed rooms', async () => {
	for (const isOpen of [true, false]) {
		const { server, time, chat, found } = await watchDeletions();
		if (isOpen) chat.open('lobby');
		await time.settle();
		server.say(SOMEBODY, { kind: 'delete', target: 4 });
		expect(found).toHaveLength(1);
		expect(deletedIn('lobby', found[0])).toEqual([4]);
		expect(deletedIn('hall', found[0])).toEqual([]);
	}
});

test('[DEL-5] deletions that are delivered together are reported together, without other entries', async () => {
	const { server, found } = await watchDeletions();
	server.say(SOMEBODY, { kind: 'message', text: 'hello' });
	server.say(SOMEBODY, { kind: 'edit', target: 1, text: 'better' });
	server.say(SOMEBODY, { kind: 'reaction', target: 1, emoji: '👍', isSet: true });
	expect(found).toEqual([]);
	const after = server.log.length;
	for (const target of [2, 5]) server.add(SOMEBODY, { kind: 'delete', target });
	server.news(after, after + 2);
	expect(found.map((each) => deletedIn('lobby', each))).toEqual([[2, 5]]);
});

test('[KEPT-1] the first list reports the messages before a deletion of an earlier time', async () => {
	const { found } = await watchDeletions((server) => void server.add(SOMEBODY, { kind: 'delete', target: 3 }));
	expect(found.map((each) => deletedIn('lobby', each))).toEqual([range(1, 10)]);
	expect(deletedIn('hall', found[0])).toEqual([]);
});

test('[KEPT-1] a list reports no deletion in rooms without one, or in rooms without a membership', async () => {
	const { found } = await watchDeletions((server) => {
		server.add(SOMEBODY, { kind: 'delete', target: 3 });
		const hall = { ...server.summary(), room: 'hall', lastDeletion: 0 };
		const cellar = { ...server.summary(), room: 'cellar', isMember: false };
		server.instead['room:list'] = () => ({ ok: true, data: { rooms: [server.summary(), hall, cellar] } });
	});
	expect(found).toHaveLength(1);
	expect(['lobby', 'hall', 'cellar'].map((room) => deletedIn(room, found[0]).length)).toEqual([10, 0, 0]);
});

test('[DEL-5] the next list reports a missed deletion, which concerns all messages before it', async () => {
	const { server, time, found } = await watchDeletions();
	server.disconnect();
	server.store(...logOf(13).slice(10));
	server.add(SOMEBODY, { kind: 'delete', target: 3 });
	server.store(...logOf(15).slice(14));
	server.connect();
	await time.settle();
	expect(found.map((each) => deletedIn('lobby', each))).toEqual([range(1, 13)]);
});

test('[DEL-5] a list does not report a delivered deletion again', async () => {
	const { server, list, found } = await watchDeletions();
	server.say(SOMEBODY, { kind: 'message', text: 'hello' });
	server.say(SOMEBODY, { kind: 'delete', target: 4 });
	expect(found).toHaveLength(1);
	await list.load();
	expect(found).toHaveLength(1);
});

test('[DEL-5] a list does not report a deletion of the last list again', async () => {
	const { server, time, list, found } = await watchDeletions();
	server.disconnect();
	server.add(SOMEBODY, { kind: 'delete', target: 3 });
	server.connect();
	await time.settle();
	await list.load();
	server.say(SOMEBODY, { kind: 'message', text: 'hello' });
	await list.load();
	expect(found).toHaveLength(1);
});

test('[DEL-5] a list does not report a deletion that was delivered before its reply', async () => {
	const { server, time, list, found } = await watchDeletions();
	const answer = Promise.withResolvers<undefined>();
	server.hold = answer.promise;
	const loading = list.load();
	server.hold = undefined;
	server.say(SOMEBODY, { kind: 'delete', target: 4 });
	answer.resolve(undefined);
	await loading;
	await list.load();
	await time.settle();
	expect(found.map((each) => deletedIn('lobby', each))).toEqual([[4]]);
});

test('[KEPT-1] the first list reports an earlier deletion, although a later one was delivered before it', async () => {
	const answer = Promise.withResolvers<undefined>();
	const { server, time, found } = await watchDeletions((each) => {
		each.add(SOMEBODY, { kind: 'delete', target: 3 });
		each.hold = answer.promise;
	});
	server.say(SOMEBODY, { kind: 'delete', target: 4 });
	answer.resolve(undefined);
	await time.settle();
	expect(found.map((each) => deletedIn('lobby', each))).toEqual([[4], range(1, 11)]);
});

test('[DEL-5] a deletion after a lost entry is reported, and the list reports the lost one', async () => {
	const { server, list, found } = await watchDeletions();
	for (const target of [2, 7]) server.add(SOMEBODY, { kind: 'delete', target });
	server.news(11, 12);
	expect(found.map((each) => deletedIn('lobby', each))).toEqual([[7]]);
	await list.load();
	expect(found.slice(1).map((each) => deletedIn('lobby', each))).toEqual([range(1, 11)]);
	await list.load();
	expect(found).toHaveLength(2);
});
