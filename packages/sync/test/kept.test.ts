import { queryObjects } from 'node:v8';
import { MAX_LISTED_MEMBERS, type RoomSummary } from '@digda/protocol';
import { expect, test } from 'vitest';
import { Entries } from '../src/Entries.ts';
import { ChatClient, MAX_MESSAGES, Room, Signal, Timeline } from '../src/index.ts';
import { People } from '../src/People.ts';
import { RoomSender } from '../src/RoomSender.ts';
import { Unread } from '../src/Unread.ts';
import { logOf } from './support/log.ts';
import { MemoryStorage } from './support/MemoryStorage.ts';
import { RatedServer } from './support/RatedServer.ts';
import { VirtualTime } from './support/VirtualTime.ts';

/** How many objects of a class can be reached. */
function count(constructor: new (...args: never[]) => unknown): number {
	return queryObjects(constructor, { format: 'count' });
}

test('a client keeps nothing of the rooms that it shows no more', async () => {
	const time = new VirtualTime();
	const line = new RatedServer(time).createLine();
	const storage = new MemoryStorage();
	const client = new ChatClient({ line: line.line, schedule: time.schedule, now: () => time.now, storage });
	const [first] = logOf(1);
	if (!first) throw new Error('no message');
	line.connect();
	await time.settle();
	for (let round = 0; round < 30; round += 1) {
		const id = `room-${round}`;
		const room = client.open(id);
		await time.pass(1_000);
		await room.say('hello');
		await time.pass(1_000);
		line.tell('message:new', {
			room: id,
			messages: [{ ...first, id: client.outbox.entries[0]?.id ?? '', author: line.user }]
		});
		client.close(id);
		await time.pass(1_000);
	}
	expect(client.outbox.entries).toEqual([]);
	expect(storage.entries).toEqual([]);
	expect(count(Room)).toBeLessThan(5);
	expect(count(RoomSender)).toBeLessThan(5);
	// It is still there to keep them.
	expect(client.isReady).toBe(true);
});

test('[BOX-6] of what was sent the newest ids alone are remembered', async () => {
	const entries = new Entries(
		new MemoryStorage(),
		() => 'me',
		() => 0
	);
	const [message] = logOf(1);
	if (!message) throw new Error('no message');
	for (let number = 0; number < 2_500; number += 1) {
		const id = `id-${number}`;
		const entry = entries.add({ id, userId: 'me', room: 'lobby', text: 'x', typedAt: 0, wasSent: true });
		if (number % 2 === 0) entries.settle([{ ...message, id, author: { id: 'me', name: 'Me' } }], () => false);
		else await entries.change(entry, () => undefined);
	}
	expect(entries.own).toEqual([]);
	expect(entries.doneCount).toBeLessThanOrEqual(1_000);
	expect(entries.durations.size).toBeLessThanOrEqual(MAX_MESSAGES);
});

test('a timeline holds at most 1,000 messages that came too early', () => {
	const timeline = new Timeline();
	const log = logOf(1_600);
	timeline.start('first', 1, log.slice(0, 1));
	timeline.append(log.slice(2), 'newest');
	timeline.append(log.slice(1, 2), 'newest');
	expect(timeline).toMatchObject({ to: 1_002, head: 1_600 });
	expect(timeline.messages).toHaveLength(MAX_MESSAGES);
});

test('what was held is let go of once it is in the window', () => {
	const timeline = new Timeline();
	const log = logOf(2_601);
	timeline.start('first', 1, log.slice(0, 1));
	for (let to = 1; to < log.length; to += 2) {
		timeline.append(log.slice(to + 1, to + 2), 'newest');
		timeline.append(log.slice(to, to + 1), 'newest');
		expect(timeline.to).toBe(to + 2);
	}
});

test('[TIME-6] what was held, or taken back, on an earlier connection is forgotten', () => {
	const timeline = new Timeline();
	const log = logOf(6);
	const deletes = log.map((message) => (message.seq === 6 ? { ...message, text: '', deletes: 5 } : message));
	timeline.start('first', 3, log.slice(0, 3));
	timeline.append(deletes.slice(4), 'newest');
	timeline.dropHeld();
	timeline.append(log.slice(3, 4), 'newest');
	expect(timeline.to).toBe(4);
	timeline.append(log.slice(4, 5), 'newest');
	expect(timeline.messages.at(-1)?.text).toBe('text 5');
});

test('[JOIN-4] what was taken back in one log is not taken back in another', () => {
	const timeline = new Timeline();
	const [first, second] = logOf(2);
	if (!first || !second) throw new Error('too few');
	timeline.start('first', 2, [first, { ...second, text: '', deletes: 1 }]);
	expect(timeline.messages[0]?.text).toBe('');
	timeline.start('second', 2, logOf(2));
	expect(timeline.messages.map(({ text }) => text)).toEqual(['text 1', 'text 2']);
});

const SUMMARY: RoomSummary = {
	...{ room: 'lobby', title: 'lobby', isPrivate: false, isOwner: false, isMember: true, memberCount: 1 },
	...{ head: 10, readSeq: 4, gone: [] }
};

test.for([
	['a room that was left', (unread: Unread) => unread.forget('lobby')],
	['all rooms, when one is somebody else', (unread: Unread) => unread.clear()]
] as const)('nothing is known any more of %s', ([, forget]) => {
	const unread = new Unread(() => undefined);
	unread.hearHead('lobby', 20);
	unread.hearRead('lobby', 8);
	unread.hearGone(
		'lobby',
		logOf(10)
			.slice(9)
			.map((message) => ({ ...message, deletes: 9 }))
	);
	expect(unread.of(SUMMARY)).toBe(10);
	forget(unread);
	expect(unread.rooms).toEqual([]);
	expect(unread.of(SUMMARY)).toBe(6);
});

test('[PRES-1] at most 50 people are listed, whoever comes and goes', () => {
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

test('who does not listen any more is not called', () => {
	const signal = new Signal();
	const called: string[] = [];
	const stop = signal.on(() => called.push('one'));
	signal.on(() => called.push('other'));
	signal.fire();
	stop();
	signal.fire();
	expect(called).toEqual(['one', 'other', 'other']);
});
