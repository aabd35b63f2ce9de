import { MAX_HELD_MESSAGES, type Message, type User } from '@digda/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConnectionLost, type Timeline } from '../src/index.ts';
import { logOf } from './support/log.ts';
import type { RoomLog } from './support/RoomLog.ts';
import { SlowServer } from './support/SlowServer.ts';
import { VirtualTime } from './support/VirtualTime.ts';
import { TestChat } from './support/TestChat.ts';

const PEOPLE: readonly User[] = [
	{ id: 'me', name: 'Me' },
	{ id: 'friend', name: 'Friend' },
	{ id: 'somebody', name: 'Somebody' }
];

const person = fc.constantFrom(...PEOPLE);
const some = fc.nat({ max: 12 });
/** An index into a log or a list of any length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const step = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({ kind: fc.constant('send' as const), author: person, place, isReply: fc.boolean() })
	},
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('topic' as const), author: person }) },
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constantFrom('edit' as const, 'delete' as const, 'react' as const, 'unreact' as const),
			...{ author: person, place, isInWindow: fc.boolean(), emoji: fc.constantFrom('👍', '🎉') }
		})
	},
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), some, isRead: fc.boolean() }) },
	{
		weight: 2,
		arbitrary: fc.record({ kind: fc.constantFrom('again' as const, 'lose' as const, 'rejoin' as const), some })
	},
	{ weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('read' as const, 'answer' as const), place }) },
	{ weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('older' as const, 'newer' as const, 'latest' as const) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('around' as const), place }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const), place, isAtEnd: fc.boolean() }) },
	{
		weight: 2,
		arbitrary: fc.record({ kind: fc.constantFrom('connect' as const, 'disconnect' as const, 'heads' as const) })
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 700 }) }) }
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

/** Creates a client in a room with `length` messages, on a server that the test controls step by step. */
function openRoom(length: number, readSeq: number) {
	const server = new SlowServer();
	server.log = logOf(length);
	server.readSeq = readSeq;
	const time = new VirtualTime();
	const client = new TestChat({
		...{ socket: server.socket, schedule: time.schedule, random: () => 0.5, now: () => time.now }
	});
	return { server, time, client, room: client.open('lobby') };
}

function pick<Item>(items: readonly Item[], at: number): Item | undefined {
	return items[Math.floor(at * items.length)];
}

/** Adds a message, which may reply to another one. */
function sayIn(server: SlowServer, { author, place, isReply }: Step & { kind: 'send' }): void {
	const source = isReply ? pick(server.room.messages(), place) : undefined;
	server.add(author, {
		...{ kind: 'message', text: `text ${server.log.length}` },
		...(source && { replyTo: source.seq })
	});
}

function take({ server, time, room }: ReturnType<typeof openRoom>, each: Step): Promise<void> | void {
	const { history, timeline } = room;
	const ignore = () => undefined;
	switch (each.kind) {
		case 'send':
			sayIn(server, each);
			return;
		case 'topic':
			server.add(each.author, { kind: 'topic', text: `topic ${server.log.length}` });
			return;
		case 'edit':
		case 'delete':
		case 'react':
		case 'unreact': {
			const messages = server.room.messages();
			const target = pick(each.isInWindow ? timeline.messages : messages, each.place)?.seq ?? 0;
			const { kind, author, emoji } = each;
			if (kind === 'edit') server.add(author, { kind, target, text: `text ${server.log.length}` });
			else if (kind === 'delete') server.add(author, { kind, target });
			else server.add(author, { kind: 'reaction', target, emoji, isSet: kind === 'react' });
			return;
		}
		case 'deliver':
			server.deliver(each.some, each.isRead);
			return;
		case 'again':
			server.deliverAgain(each.some);
			return;
		case 'lose':
			server.loseEntries(each.some);
			return;
		case 'rejoin':
			server.loseEntries(each.some);
			server.tellDelivered();
			return time.pass(500);
		case 'read':
		case 'answer':
			pick(server.waiting, each.place)?.[each.kind]();
			return;
		case 'older':
			void history.loadOlder().catch(ignore);
			return;
		case 'newer':
			void history.loadNewer().catch(ignore);
			return;
		case 'latest':
			void history.showLatest().catch(ignore);
			return;
		case 'around':
			void history.showAround(Math.floor(each.place * server.log.length)).catch(ignore);
			return;
		case 'look':
			history.isReaderAtEnd = each.isAtEnd;
			history.lastSeen = pick(timeline.messages, each.place)?.seq ?? 0;
			return;
		case 'connect':
			if (!server.isConnected) server.connect();
			return;
		case 'disconnect':
			server.disconnect();
			return;
		case 'heads':
			server.tellDelivered();
			return;
		case 'wait':
			return time.pass(each.ms);
	}
}

/** A deleted message may arrive without its content before its deletion. */
function shown(messages: readonly Message[]): unknown[] {
	return messages.map((message) => (message.isDeleted ? { ...message, changed: undefined } : message));
}

/** Returns the part of the log in a window, as pages of the server contain it. */
function partOf(log: RoomLog, { from, to }: Timeline): Message[] {
	return log.messages().filter(({ seq }) => seq >= from && seq <= to);
}

test('[FOLD-2] [TIME-1] the window equals its part of the log, in any order of entries, changes, pages and connections', async () => {
	const length = fc.constantFrom(0, 3, 60, 120, 330);
	await fc.assert(
		fc.asyncProperty(
			length,
			fc.option(place),
			fc.array(step, { maxLength: 80, size: 'max' }),
			async (messages, read, steps) => {
				const opened = openRoom(messages, read === null ? Infinity : Math.floor(read * messages));
				const { server, time, room } = opened;
				const { timeline } = room;
				server.connect();
				for (const each of steps) {
					await take(opened, each);
					await time.settle();
					const seqs = timeline.messages.map(({ seq }) => seq);
					expect(seqs).toEqual(partOf(server.room, timeline).map(({ seq }) => seq));
				}
				if (!server.isConnected) server.connect();
				for (let round = 0; round < 20 && (server.waiting.length > 0 || time.isWaiting || round < 2); round += 1) {
					server.catchUp();
					await time.pass(1_000);
				}
				expect([room.status, timeline.isBehind, timeline.hasGap]).toEqual(['joined', false, false]);
				expect(shown(timeline.messages)).toEqual(shown(partOf(server.room, timeline)));
				expect(timeline.head).toBe(server.log.length);
			}
		),
		{ numRuns: 200 }
	);
}, 60_000);

const [ME, FRIEND] = PEOPLE as [User, User];

/** Creates a client that has joined a room with `length` messages. */
async function joinRoom(length: number, readSeq = Infinity) {
	const opened = openRoom(length, readSeq);
	const { server, time, room } = opened;
	server.connect();
	await answerAll(opened);
	expect(room.status).toBe('joined');
	return { ...opened, server, time, timeline: room.timeline, textAt: textOf(opened) };
}

async function answerAll({ server, time }: ReturnType<typeof openRoom>): Promise<void> {
	while (server.waiting.length > 0) {
		for (const { answer } of server.waiting) answer();
		await time.settle();
	}
}

function textOf({ room }: ReturnType<typeof openRoom>) {
	return (place: number) => room.timeline.messages.find(({ seq }) => seq === place)?.text;
}

test('[DEL-5] [FOLD-2] a join brings the changes that were missed offline, wherever the window is', async () => {
	for (const readSeq of [200, 100]) {
		const opened = await joinRoom(200, readSeq);
		const { server, timeline } = opened;
		const { from, to } = timeline;
		server.disconnect();
		server.add(ME, { kind: 'reaction', target: from, emoji: '👍', isSet: true });
		server.add(FRIEND, { kind: 'edit', target: from + 1, text: 'better' });
		server.add(FRIEND, { kind: 'delete', target: from + 2 });
		server.connect();
		await answerAll(opened);
		expect(timeline).toMatchObject({ from, to: readSeq === 200 ? 203 : to, head: 203 });
		expect(timeline.messages).toEqual(partOf(server.room, timeline));
		expect(timeline.messages.slice(0, 3)).toMatchObject([
			{ reactions: [{ emoji: '👍', count: 1, people: [ME], isMine: true }] },
			{ text: 'better' },
			{ text: '', isDeleted: true }
		]);
		expect(server.count('history:read')).toBe(readSeq === 200 ? 0 : 1);
	}
});

test('[JOIN-2] [FOLD-2] a change before the reply to a join does not hide a change in the reply', async () => {
	const opened = await joinRoom(60);
	const { server, timeline } = opened;
	server.disconnect();
	server.add(ME, { kind: 'reaction', target: 30, emoji: '👍', isSet: true });
	server.connect();
	for (const { read } of server.waiting) read();
	server.add(FRIEND, { kind: 'edit', target: 30, text: 'better' });
	server.deliver(1, false);
	await answerAll(opened);
	expect(timeline.messages).toEqual(partOf(server.room, timeline));
	expect(timeline.to).toBe(62);
});

test('[TIME-2] [FOLD-2] an undelivered change makes the room join again, also for a reader far back', async () => {
	const opened = await joinRoom(200, 100);
	const { server, time, room, textAt } = opened;
	server.add(FRIEND, { kind: 'edit', target: 100, text: 'better' });
	server.loseEntries(1);
	server.tellDelivered();
	await time.pass(399);
	expect([server.count('room:join'), textAt(100)]).toEqual([1, 'text 100']);
	await time.pass(1);
	await answerAll(opened);
	expect([server.count('room:join'), textAt(100)]).toEqual([2, 'better']);
	expect(room.timeline).toMatchObject({ from: 76, to: 125, isFollowing: false, isBehind: false });
	await time.pass(60_000);
	expect(server.count('room:join')).toBe(2);
});

test('[JOIN-3] [FOLD-2] a page beyond the delivered entries does not hide that entries are missing', async () => {
	const opened = await joinRoom(60, 10);
	const { server, time, room, timeline, textAt } = opened;
	await Promise.all([room.history.showAround(1), answerAll(opened)]);
	expect(timeline).toMatchObject({ from: 1, to: 50 });
	server.add(FRIEND, { kind: 'edit', target: 1, text: 'better' });
	server.add(FRIEND, { kind: 'message', text: 'next' });
	server.loseEntries(2);
	await Promise.all([room.history.loadNewer(), answerAll(opened)]);
	expect(timeline).toMatchObject({ from: 1, to: 62, head: 62, isBehind: true });
	expect(textAt(1)).toBe('text 1');
	await time.pass(400);
	expect(server.asked.at(-1)?.payload).toMatchObject({ from: 1, after: 60, afterId: server.log[59]?.id });
	await answerAll(opened);
	expect(textAt(1)).toBe('better');
	expect(timeline).toMatchObject({ from: 1, to: 62, isFollowing: true, isBehind: false });
	expect(timeline.messages).toEqual(server.room.messages());
});

test('[FOLD-2] a page from before a new join is read again, and is not applied during the join', async () => {
	for (const isDuring of [true, false]) {
		const opened = await joinRoom(200);
		const { server, time, room, textAt } = opened;
		const older = room.history.loadOlder().then(
			() => 'loaded',
			(error: unknown) => error
		);
		const [page] = server.waiting;
		page?.read();
		server.add(FRIEND, { kind: 'edit', target: 120, text: 'better' });
		server.loseEntries(1);
		server.tellDelivered();
		await time.pass(400);
		const [, join] = server.waiting;
		for (const each of isDuring ? [page, join] : [join, page]) {
			each?.answer();
			await time.settle();
		}
		await answerAll(opened);
		if (isDuring) expect(await older).toBeInstanceOf(ConnectionLost);
		else expect(await older).toBe('loaded');
		expect(textAt(120)).toBe(isDuring ? undefined : 'better');
	}
});

test('[TIME-2] a missing entry before the reply to a join makes the room join again', async () => {
	const opened = openRoom(60, Infinity);
	const { server, time, room } = opened;
	server.connect();
	for (const { read } of server.waiting) read();
	for (const text of ['lost', 'delivered']) server.add(FRIEND, { kind: 'message', text });
	server.loseEntries(1);
	server.deliver(1, false);
	await answerAll(opened);
	expect(room.timeline).toMatchObject({ to: 60, head: 62, isBehind: true });
	await time.pass(400);
	await answerAll(opened);
	expect(room.timeline).toMatchObject({ to: 62, isBehind: false });
	expect(server.count('room:join')).toBe(2);
});

test('[TIME-4] a reader of history does not join again when the window becomes full while a gap is filled', async () => {
	const opened = await joinRoom(MAX_HELD_MESSAGES - 50);
	const { server, time, room, timeline } = opened;
	while (timeline.hasOlder) await Promise.all([room.history.loadOlder(), answerAll(opened)]);
	Object.assign(room.history, { isReaderAtEnd: false, lastSeen: 20 });
	server.disconnect();
	server.store(...logOf(MAX_HELD_MESSAGES + 100).slice(MAX_HELD_MESSAGES - 50));
	server.connect();
	await answerAll(opened);
	await time.pass(1_000);
	await answerAll(opened);
	expect(timeline).toMatchObject({ from: 1, to: MAX_HELD_MESSAGES, isFollowing: false, hasNewer: true });
	expect([server.count('room:join'), server.count('history:read')]).toEqual([2, 5]);
});

test('[JOIN-3] [FOLD-2] messages beyond the page of a join and beyond the delivered entries are read again', async () => {
	const opened = await joinRoom(60);
	const { server, time, room, timeline, textAt } = opened;
	server.store(...logOf(160).slice(60));
	server.loseEntries(100);
	server.tellDelivered();
	for (const to of [110, 160]) {
		await Promise.all([room.history.loadNewer(), answerAll(opened)]);
		expect(timeline.to).toBe(to);
	}
	server.add(FRIEND, { kind: 'edit', target: 155, text: 'better' });
	server.loseEntries(1);
	server.tellDelivered();
	await time.pass(400);
	expect(server.asked.at(-1)?.payload).toMatchObject({ after: 60 });
	await answerAll(opened);
	expect(textAt(155)).toBe('better');
	expect(timeline).toMatchObject({ from: 11, to: 161, isFollowing: true, isBehind: false });
	expect(timeline.messages).toEqual(partOf(server.room, timeline));
});

test('[TIME-6] a reader far back follows again when the log ends where the window does', async () => {
	const opened = await joinRoom(200, 100);
	const { server, timeline } = opened;
	server.disconnect();
	server.log = logOf(125);
	server.connect();
	await answerAll(opened);
	expect(timeline).toMatchObject({ from: 76, to: 125, head: 125, isFollowing: true });
	server.add(FRIEND, { kind: 'message', text: 'next' });
	server.deliver(1, false);
	expect(timeline.to).toBe(126);
});

test('the last of two requests for another part of the log wins, in any order of the answers', async () => {
	for (const isSwapped of [false, true]) {
		const opened = await joinRoom(1_000);
		const { server, time, room, timeline } = opened;
		const shown = [room.history.showAround(100), room.history.showAround(500)];
		const pages = server.waiting.slice();
		for (const page of isSwapped ? pages.toReversed() : pages) {
			page.answer();
			await time.settle();
		}
		await Promise.all(shown);
		expect([timeline.from, timeline.to]).toEqual([475, 524]);
	}
});

test('a reader who stays keeps the window', async () => {
	const opened = await joinRoom(1_000);
	const { room, timeline } = opened;
	const { from, to } = timeline;
	const shown = room.history.showAround(100);
	room.history.stay();
	await answerAll(opened);
	await shown;
	expect([timeline.from, timeline.to]).toEqual([from, to]);
});
