import { queryObjects } from 'node:v8';
import { MAX_HELD_MESSAGES, MAX_LISTED_MEMBERS, type Entry, type MessageEntry } from '@digda/protocol';
import { expect, test } from 'vitest';
import { Outbox, Room, Signal, Timeline } from '../src/index.ts';
import { People } from '../src/People.ts';
import { RoomSender } from '../src/RoomSender.ts';
import { Unread } from '../src/Unread.ts';
import { logOf, messagesOf, pageOf } from './support/log.ts';
import { MemoryStorage } from './support/MemoryStorage.ts';
import { RatedServer } from './support/RatedServer.ts';
import { RoomLog } from './support/RoomLog.ts';
import { VirtualTime } from './support/VirtualTime.ts';
import { TestChat } from './support/TestChat.ts';

const SOMEBODY = { id: 'somebody', name: 'Somebody' };

function messageAt(log: readonly MessageEntry[], seq: number): MessageEntry {
	const entry = log[seq - 1];
	if (!entry) throw new Error('the log is short');
	return entry;
}

/** Counts the reachable objects of a class. */
function count(constructor: new (...args: never[]) => unknown): number {
	return queryObjects(constructor, { format: 'count' });
}

test('a client keeps no objects of closed rooms', async () => {
	const time = new VirtualTime();
	const line = new RatedServer(time).createLine();
	const storage = new MemoryStorage();
	const client = new TestChat({ socket: line.socket, schedule: time.schedule, now: () => time.now, storage });
	const first = messageAt(logOf(1), 1);
	line.connect();
	await time.settle();
	for (let round = 0; round < 30; round += 1) {
		const id = `room-${round}`;
		const room = client.open(id);
		await time.pass(1_000);
		await room.say('hello');
		await time.pass(1_000);
		line.tell('entry:new', {
			room: id,
			entries: [{ ...first, id: client.outbox.entries[0]?.id ?? '', author: line.user }]
		});
		client.close(id);
		await time.pass(1_000);
	}
	expect(client.outbox.entries).toEqual([]);
	expect(storage.entries).toEqual([]);
	expect(count(Room)).toBeLessThan(5);
	expect(count(RoomSender)).toBeLessThan(5);
	// This use keeps the client reachable until here.
	expect(client.session.isReady).toBe(true);
});

test('[BOX-6] an outbox remembers only the newest ids of finished entries', async () => {
	const outbox = new Outbox({ storage: new MemoryStorage(), userId: () => 'me', now: () => 0 });
	const message = messageAt(logOf(1), 1);
	for (let number = 0; number < 2_500; number += 1) {
		await outbox.add('lobby', { kind: 'message', text: 'x' });
		const id = outbox.entries[0]?.id ?? '';
		if (number % 2 === 0) outbox.settle([{ ...message, id, author: { id: 'me', name: 'Me' } }]);
		else await outbox.retract(id);
	}
	expect(outbox.entries).toEqual([]);
	expect(outbox.doneCount).toBeLessThanOrEqual(1_000);
	expect(outbox.durationCount).toBeLessThanOrEqual(MAX_HELD_MESSAGES);
});

test.for(['while one in front of them is missing', 'while the window is not there yet'] as const)(
	'a timeline holds at most 1,000 early entries: %s',
	(why) => {
		const timeline = new Timeline(() => 'me');
		const log = logOf(1_600);
		timeline.start(pageOf(log.slice(0, 1), 0, 1));
		const isMissing = why === 'while one in front of them is missing';
		timeline.goLive(isMissing ? { head: 1, said: 1 } : { head: 2, said: 2 });
		timeline.deliver(log.slice(2), 'newest');
		expect(timeline.to).toBe(1);
		if (isMissing) timeline.deliver(log.slice(1, 2), 'newest');
		else timeline.append(pageOf(log.slice(0, 2), 1, 2), 'newest');
		const { to, head, isBehind, hasGap } = timeline;
		const expected = isMissing ? { to: 1_001, isBehind: true } : { to: 1_002, isBehind: false };
		expect({ to, head, isBehind, hasGap }).toEqual({ ...expected, head: 1_600, hasGap: true });
		expect(timeline.messages).toHaveLength(MAX_HELD_MESSAGES);
	}
);

test('a held entry is released once it is in the window', () => {
	const timeline = new Timeline(() => 'me');
	const log = logOf(2_601);
	timeline.start(pageOf(log.slice(0, 1), 0, 1));
	timeline.goLive({ head: 1, said: 1 });
	for (let to = 1; to < log.length; to += 2) {
		timeline.deliver(log.slice(to + 1, to + 2), 'newest');
		timeline.deliver(log.slice(to, to + 1), 'newest');
		expect(timeline.to).toBe(to + 2);
	}
});

test('[TIME-6] entries that were held on an earlier connection are dropped', () => {
	const timeline = new Timeline(() => 'me');
	const log = logOf(6);
	const { id, author } = messageAt(log, 5);
	const deletion: Entry = { ...messageAt(log, 6), kind: 'delete', target: { author: author.id, id, seq: 5 } };
	timeline.start(pageOf(log.slice(0, 3), 0, 3));
	timeline.goLive({ head: 3, said: 3 });
	timeline.deliver([messageAt(log, 5), deletion], 'newest');
	timeline.goOffline();
	timeline.goLive({ head: 3, said: 3 });
	timeline.deliver(log.slice(3, 4), 'newest');
	expect(timeline.to).toBe(4);
	timeline.deliver(log.slice(4, 5), 'newest');
	expect(timeline.messages.at(-1)?.text).toBe('text 5');
});

test('[JOIN-4] a change of one log does not change the messages of another log', () => {
	const timeline = new Timeline(() => 'me');
	const log = new RoomLog(SOMEBODY);
	log.entries = logOf(2);
	timeline.start(pageOf(log.entries, 0, 2));
	timeline.goLive(log.head);
	log.add(SOMEBODY, { kind: 'delete', target: 1 });
	timeline.deliver(log.read(2, 3), 'newest');
	expect(timeline.messages[0]).toMatchObject({ text: '', isDeleted: true });
	timeline.goOffline();
	timeline.start(pageOf(logOf(2), 0, 2, 'second'));
	expect(timeline.messages).toEqual(messagesOf(logOf(2)));
});

test('[FOLD-2] a timeline remembers the newest 500 changes, and a page without an earlier change is outdated', () => {
	const timeline = new Timeline(() => 'me');
	const log = new RoomLog(SOMEBODY);
	log.entries = logOf(10);
	const early = pageOf(log.entries, 0, 5);
	timeline.start(pageOf(log.entries, 5, 10));
	timeline.goLive(log.head);
	for (let number = 1; number <= 501; number += 1) log.add(SOMEBODY, { kind: 'edit', target: 2, text: `${number}` });
	timeline.deliver(log.read(10, 510), 'newest');
	expect(timeline.isOutdated(early)).toBe(false);
	timeline.deliver(log.read(510, 511), 'newest');
	expect(timeline.isOutdated(early)).toBe(true);
	expect(timeline.isOutdated({ ...early, head: 11 })).toBe(false);
});

const LOBBY = { room: 'lobby', isMember: true };

test.for([
	['a room that was left', (unread: Unread) => unread.forget('lobby')],
	['all rooms, for another user', (unread: Unread) => unread.clear()]
] as const)('nothing is known any more of %s', ([, forget]) => {
	const unread = new Unread(() => undefined);
	unread.raiseHead('lobby', { head: 20, said: 15 });
	unread.raiseCursor('lobby', { readSeq: 8, readSaid: 8 });
	expect(unread.of(LOBBY)).toBe(7);
	forget(unread);
	expect(unread.rooms).toEqual([]);
	expect(unread.of(LOBBY)).toBe(0);
});

test('[PRES-1] at most 50 online members are listed, whatever changes', () => {
	const people = new People(new VirtualTime().schedule);
	for (let round = 0; round < 10; round += 1) {
		const joined = Array.from({ length: 40 }, (_, index) => ({ id: `${round}-${index}`, name: 'Somebody' }));
		people.change({ joined, left: [], memberCount: 40 * (round + 1) });
		expect(people.members.length).toBeLessThanOrEqual(MAX_LISTED_MEMBERS);
	}
	const left = people.members.map(({ id }) => id);
	people.change({ joined: [], left, memberCount: 350 });
	expect(people.members).toEqual([]);
	for (const [index, user] of [1, 2].entries()) people.start([{ id: `${user}`, name: 'Somebody' }], index);
	expect(people.members).toEqual([{ id: '2', name: 'Somebody' }]);
});

test('an unsubscribed listener is not called', () => {
	const signal = new Signal();
	const called: string[] = [];
	const stop = signal.on(() => called.push('one'));
	signal.on(() => called.push('other'));
	signal.fire();
	stop();
	signal.fire();
	expect(called).toEqual(['one', 'other', 'other']);
});
