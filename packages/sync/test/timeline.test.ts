import { MAX_HELD_MESSAGES, type Entry, type Head, type Message } from '@digda/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Timeline } from '../src/index.ts';
import { logOf, messagesOf, pageOf } from './support/log.ts';
import { RoomLog, type Content } from './support/RoomLog.ts';

const ME = { id: 'me', name: 'Me' };
const SOMEBODY = { id: 'somebody', name: 'Somebody' };
const LOG = logOf(60);

function headOf(seq: number): Head {
	return { head: seq, said: seq };
}

/** Creates a window `(after, to]` on a log, with a connection that has delivered the beginning of the log. */
function openWindow(after: number, to: number, length = to, log = logOf(length)) {
	const timeline = new Timeline(() => 'me');
	timeline.start(pageOf(log.slice(0, length), after, to));
	timeline.goLive(headOf(length));
	return timeline;
}

function seqs({ messages }: Timeline): number[] {
	return messages.map(({ seq }) => seq);
}

test('[TIME-1] an early entry is held, and a known entry is dropped', () => {
	const timeline = openWindow(5, 10);
	timeline.deliver(LOG.slice(11, 13), 'newest');
	timeline.deliver(LOG.slice(6, 9), 'newest');
	expect(seqs(timeline)).toEqual([6, 7, 8, 9, 10]);
	expect(timeline).toMatchObject({ from: 6, to: 10, head: 13, hasGap: true, isBehind: true });

	expect(timeline.deliver(LOG.slice(10, 11), 'newest').map(({ seq }) => seq)).toEqual([11, 12, 13]);
	expect(timeline).toMatchObject({ to: 13, hasGap: false, isBehind: false });
});

test('[TIME-1] entries that arrive before the reply to a join are appended after its head', () => {
	const timeline = new Timeline(() => 'me');
	timeline.deliver([...LOG.slice(11, 13), ...LOG.slice(8, 11)], 'newest');
	timeline.start(pageOf(LOG.slice(0, 10), 5, 10));
	timeline.goLive(headOf(10));
	expect(timeline.appendEarly('newest').map(({ seq }) => seq)).toEqual([11, 12, 13]);
	expect(timeline).toMatchObject({ from: 6, to: 13, head: 13, isBehind: false });
});

test('[TIME-1] a change takes a seq of the window, but is no row', () => {
	const timeline = openWindow(0, 10);
	const log = new RoomLog(ME);
	log.entries = logOf(10);
	const change = log.add(SOMEBODY, { kind: 'edit', target: 10, text: 'better' });
	log.add(SOMEBODY, { kind: 'message', text: 'next' });
	timeline.deliver(log.read(10, 12), 'newest');
	expect(timeline).toMatchObject({ to: 12, head: 12, said: 11, missing: 0 });
	expect(timeline.messages).toEqual(log.messages());
	expect(timeline.held).toEqual({ epoch: 'first', from: 1, after: 12, afterId: log.entries[11]?.id });
	timeline.prepend(pageOf(LOG, 0, 0));
	expect(timeline.messages.at(-2)?.changed).toBe(change?.seq);
});

test('[TIME-1] the window is a part of the log without a gap, whatever arrives, in any order and any number of times', () => {
	const place = fc.nat(LOG.length);
	const step = fc.oneof(
		fc.record({ kind: fc.constantFrom('news', 'newer', 'older', 'head'), after: place, to: place }),
		fc.constant({ kind: 'offline', after: 0, to: 0 }),
		fc.record({ kind: fc.constant('live'), after: fc.constant(0), to: place })
	);
	const rows = messagesOf(LOG);
	fc.assert(
		fc.property(place, place, fc.array(step, { maxLength: 60, size: 'max' }), (from, head, steps) => {
			const timeline = new Timeline(() => 'me');
			timeline.start(pageOf(LOG.slice(0, head), Math.min(from, Math.max(head - 1, 0)), head));
			const begin = timeline.to;
			for (const { kind, after, to } of steps) {
				const [first, last] = [Math.min(after, to), Math.max(after, to)];
				if (kind === 'news') timeline.deliver(LOG.slice(after, to), 'newest');
				else if (kind === 'newer') timeline.append(pageOf(LOG.slice(0, last), first, last), 'newest');
				else if (kind === 'older') timeline.prepend(pageOf(LOG.slice(0, last), first, last));
				else if (kind === 'head') timeline.raiseHead(headOf(to));
				else if (kind === 'offline') timeline.goOffline();
				else {
					// Each join starts with `goOffline`.
					timeline.goOffline();
					timeline.goLive(headOf(Math.max(to, timeline.to)));
				}
				expect(timeline.messages).toEqual(rows.slice(timeline.from - 1, timeline.to));
				expect(timeline.to).toBeGreaterThanOrEqual(begin);
				expect(timeline.head).toBeGreaterThanOrEqual(timeline.to);
			}
			// The client reads page after page until the head.
			const page = (after: number, to: number) => pageOf(LOG.slice(0, timeline.head), after, to);
			while (timeline.hasGap) {
				timeline.append(page(timeline.to, Math.min(timeline.to + 7, timeline.head)), 'newest');
			}
			while (timeline.hasOlder) timeline.prepend(page(Math.max(timeline.from - 8, 0), timeline.from - 1));
			expect(timeline.messages).toEqual(rows.slice(0, timeline.head));
		}),
		{ numRuns: 150 }
	);
}, 60_000);

test('[TIME-4] a full window loses its oldest messages to a reader at the end', () => {
	const log = logOf(MAX_HELD_MESSAGES + 100);
	const timeline = openWindow(0, 0);
	timeline.deliver(log, 'newest');
	expect(timeline).toMatchObject({ from: 101, to: log.length, isFollowing: true });
});

test('[TIME-4] a full window loses its newest messages to a reader of history, and follows again when they are read', () => {
	const log = logOf(MAX_HELD_MESSAGES + 101);
	const end = MAX_HELD_MESSAGES + 100;
	const timeline = openWindow(100, end);
	timeline.prepend(pageOf(log.slice(0, end), 50, 100));
	const to = 50 + MAX_HELD_MESSAGES;
	expect(timeline).toMatchObject({ from: 51, to, isFollowing: false, hasGap: false });
	expect(timeline.held).toMatchObject({ from: 51, after: to, afterId: log[to - 1]?.id });

	timeline.deliver(log.slice(-1), 'oldest');
	expect(timeline).toMatchObject({ to, head: log.length, hasNewer: true, isBehind: false });
	timeline.append(pageOf(log, to, log.length), 'newest');
	expect(timeline).toMatchObject({ to: log.length, isFollowing: true });
	expect(timeline.messages).toHaveLength(MAX_HELD_MESSAGES);
});

test('[TIME-4] new messages do not move a reader of history in a full window', () => {
	const timeline = openWindow(0, 0);
	expect(timeline.deliver(logOf(MAX_HELD_MESSAGES + 1), 'oldest')).toHaveLength(MAX_HELD_MESSAGES);
	expect(timeline).toMatchObject({ from: 1, to: MAX_HELD_MESSAGES, isFollowing: false, hasNewer: true });
});

test('[TIME-4] a trimmed window begins and ends with a message, so that the next page connects', () => {
	const log = new RoomLog(ME);
	for (let number = 1; number <= MAX_HELD_MESSAGES + 50; number += 1) {
		log.add(SOMEBODY, { kind: 'message', text: `text ${number}` });
		log.add(SOMEBODY, { kind: 'edit', target: log.entries.length, text: `better ${number}` });
	}
	const { head } = log.head;
	for (const keep of ['newest', 'oldest'] as const) {
		const timeline = new Timeline(() => 'me');
		timeline.start({ epoch: 'first', ...log.page({ after: 0, limit: 40 }) });
		timeline.goLive(log.head);
		expect(timeline).toMatchObject({ from: 1, to: 80, isFollowing: false });
		timeline.append({ epoch: 'first', ...log.page({ after: 80, limit: MAX_HELD_MESSAGES + 10 }) }, keep);
		const isNewest = keep === 'newest';
		expect(timeline).toMatchObject(isNewest ? { from: 101, to: head } : { from: 1, to: 599 });
		expect(timeline.held?.afterId).toBe(log.entries[timeline.to - 1]?.id);
		if (isNewest) timeline.prepend({ epoch: 'first', ...log.page({ before: timeline.from, limit: 10 }) });
		else timeline.append({ epoch: 'first', ...log.page({ after: timeline.to, limit: 10 }) }, 'newest');
		expect(timeline).toMatchObject(isNewest ? { from: 81, to: 679 } : { from: 21, to: 620 });
		const { from, to } = timeline;
		expect(timeline.messages).toEqual(log.messages().filter(({ seq }) => seq >= from && seq <= to));
	}
});

test('a page that does not end at the beginning of the window is dropped', () => {
	const timeline = openWindow(50, 60);
	timeline.prepend(pageOf(LOG, 30, 49));
	timeline.prepend(pageOf(LOG, 0, 0));
	expect(timeline.from).toBe(51);
});

test('a page that does not begin at the end of the window is dropped', () => {
	const timeline = openWindow(5, 20, 60);
	timeline.append(pageOf(LOG, 21, 40), 'newest');
	timeline.append(pageOf(LOG, 5, 20), 'newest');
	expect(timeline).toMatchObject({ from: 6, to: 20 });
	timeline.append(pageOf(LOG, 15, 30), 'newest');
	expect(seqs(timeline)).toEqual(Array.from({ length: 25 }, (_, index) => index + 6));
});

const CHANGES: readonly (readonly [string, Content, Partial<Message>])[] = [
	['an edit', { kind: 'edit', target: 8, text: 'better' }, { text: 'better', editedAt: 60 }],
	[
		'a reaction',
		{ kind: 'reaction', target: 8, emoji: '👍', isSet: true },
		{ reactions: [{ emoji: '👍', count: 1, people: [ME], isMine: true }] }
	],
	['a deletion', { kind: 'delete', target: 8 }, { text: '', isDeleted: true }]
];

/** Creates sixty messages and a change of the eighth one by the user. */
function changedLog(content: Content): { before: Entry[]; log: RoomLog; news: Entry[] } {
	const log = new RoomLog(ME);
	log.entries = logOf(60).map((entry) => ({ ...entry, author: ME }));
	const before = [...log.entries];
	log.add(ME, content);
	return { before, log, news: log.read(60, 61) };
}

test.for(CHANGES)(
	'[FOLD-2] [DEL-5] %s changes its message in the window, in any order and at any position',
	([, content, change]) => {
		const { before, log, news } = changedLog(content);
		const changed = (timeline: Timeline) => timeline.messages.find(({ seq }) => seq === 8);
		const open = (after: number, to: number) => {
			const timeline = new Timeline(() => 'me');
			timeline.start(pageOf(before, after, to));
			timeline.goLive(headOf(60));
			return timeline;
		};

		const following = open(5, 60);
		following.deliver(news, 'newest');
		expect(changed(following)).toMatchObject({ ...change, changed: 61 });
		expect(following).toMatchObject({ to: 61, isFollowing: true });
		expect(following.messages).toEqual(log.messages().slice(5));

		const back = open(5, 20);
		back.deliver(news, 'newest');
		expect(changed(back)).toEqual(changed(following));
		expect(back).toMatchObject({ to: 20, isFollowing: false });

		const older = open(10, 60);
		older.deliver(news, 'newest');
		older.prepend(pageOf(before, 5, 10));
		expect(changed(older)).toEqual(changed(following));

		const newer = open(0, 5);
		newer.deliver(news, 'newest');
		newer.append(pageOf(before, 5, 20), 'newest');
		expect(changed(newer)).toEqual(changed(following));

		const anew = open(40, 60);
		anew.deliver(news, 'newest');
		anew.start(pageOf(before, 0, 20));
		expect(changed(anew)).toEqual(changed(following));

		const refreshed = open(5, 60);
		refreshed.goOffline();
		refreshed.goLive(headOf(61));
		refreshed.append({ ...pageOf(log.entries, 60, 61), messages: log.messages().slice(7, 8) }, 'newest');
		expect(changed(refreshed)).toEqual(changed(following));
		expect(refreshed).toMatchObject({ from: 6, to: 61 });
	}
);

test.for(CHANGES)('[FOLD-2] %s changes a held early message', ([, content, change]) => {
	const { before, log, news } = changedLog(content);
	const timeline = new Timeline(() => 'me');
	timeline.start(pageOf(before.slice(0, 5), 0, 5));
	// A page is missing between the window and the delivered entries.
	timeline.goLive(headOf(7));
	timeline.deliver([...before.slice(7), ...news], 'newest');
	expect(timeline).toMatchObject({ to: 5, hasGap: true, isBehind: false });
	timeline.append(pageOf(before.slice(0, 7), 5, 7), 'newest');
	expect(timeline.messages[7]).toMatchObject({ ...change, changed: 61 });
	expect(timeline.messages).toEqual(log.messages());
});

test('[FOLD-2] a held message with a forgotten change is read from the log', () => {
	const log = new RoomLog(ME);
	log.entries = logOf(8);
	const timeline = new Timeline(() => 'me');
	timeline.start(pageOf(log.entries.slice(0, 5), 0, 5));
	timeline.goLive(headOf(7));
	log.add(SOMEBODY, { kind: 'edit', target: 8, text: 'better' });
	for (let number = 0; number < 500; number += 1) log.add(SOMEBODY, { kind: 'edit', target: 1, text: `${number}` });
	timeline.deliver(log.read(7, 509), 'newest');
	timeline.append(pageOf(log.entries.slice(0, 7), 5, 7), 'newest');
	expect(timeline).toMatchObject({ to: 7, hasGap: true });
	timeline.append({ epoch: 'first', ...log.page({ after: 7 }) }, 'newest');
	expect(timeline.messages).toEqual(log.messages());
});

test('[REPLY-3] the quotes of a source change in the window, in held early replies and in older pages', () => {
	const log = new RoomLog(ME);
	log.entries = logOf(8);
	log.add(SOMEBODY, { kind: 'message', text: 'early', replyTo: 2 });
	log.add(SOMEBODY, { kind: 'message', text: 'late', replyTo: 2 });
	const before = [...log.entries];
	const timeline = new Timeline(() => 'me');
	timeline.start({ epoch: 'first', ...log.page({ after: 0, limit: 9 }) });
	timeline.goLive(headOf(9));
	const older = { epoch: 'first', ...log.page({ before: 10 }) };
	log.add(SOMEBODY, { kind: 'edit', target: 2, text: 'better' });
	timeline.deliver(before.slice(9), 'newest');
	timeline.deliver(log.read(10, 11), 'newest');
	expect(timeline.messages).toEqual(log.messages());
	expect(timeline.messages.at(-1)?.quote).toMatchObject({ text: 'better', changed: 11 });
	// A page that was read before the edit.
	timeline.start(older);
	expect(timeline.messages).toEqual(log.messages().slice(0, 9));
	log.add(SOMEBODY, { kind: 'delete', target: 2 });
	timeline.refresh(log.messages());
	expect(timeline.messages.at(-1)?.quote).toMatchObject({ text: '', changed: 12, isDeleted: true });
});

test('[REPLY-3] a held early reply with a forgotten change of its source is read from the log', () => {
	const log = new RoomLog(ME);
	log.entries = logOf(7);
	const timeline = new Timeline(() => 'me');
	timeline.start(pageOf(log.entries.slice(0, 5), 0, 5));
	timeline.goLive(headOf(7));
	log.add(SOMEBODY, { kind: 'message', text: 'reply', replyTo: 2 });
	const early = log.read(7, 8);
	log.add(SOMEBODY, { kind: 'edit', target: 2, text: 'better' });
	for (let number = 0; number < 500; number += 1) log.add(SOMEBODY, { kind: 'edit', target: 1, text: `${number}` });
	timeline.deliver([...early, ...log.read(8, 509)], 'newest');
	timeline.append(pageOf(log.entries.slice(0, 7), 5, 7), 'newest');
	expect(timeline).toMatchObject({ to: 7, hasGap: true });
	timeline.append({ epoch: 'first', ...log.page({ after: 7 }) }, 'newest');
	expect(timeline.messages).toEqual(log.messages());
});

test('[FOLD-2] a change that a page already contains is applied once', () => {
	const log = new RoomLog(ME);
	log.entries = logOf(60);
	const timeline = openWindow(40, 60);
	log.add(SOMEBODY, { kind: 'reaction', target: 8, emoji: '👍', isSet: true });
	timeline.prepend({ ...log.page({ before: 41 }), epoch: 'first' });
	timeline.deliver(log.read(60, 61), 'newest');
	expect(timeline.messages[7]?.reactions).toEqual([{ emoji: '👍', count: 1, people: [SOMEBODY] }]);
	timeline.start({ ...log.page({ before: 41 }), epoch: 'first' });
	expect(timeline.messages[7]?.reactions).toEqual([{ emoji: '👍', count: 1, people: [SOMEBODY] }]);
});

test('[TIME-2] an entry that was delivered before the first page of a new window is missing in the window', () => {
	const timeline = openWindow(5, 20, 59);
	timeline.deliver(LOG.slice(59), 'newest');
	timeline.start(pageOf(LOG.slice(0, 59), 40, 59));
	expect(timeline).toMatchObject({ to: 59, head: 60, said: 60, isFollowing: true, hasGap: true });
});

test('[FOLD-2] an older version of a message in a page does not replace a newer one', () => {
	const { before, log, news } = changedLog({ kind: 'edit', target: 8, text: 'better' });
	const timeline = openWindow(
		0,
		60,
		60,
		logOf(60).map((entry) => ({ ...entry, author: ME }))
	);
	timeline.deliver(news, 'newest');
	timeline.refresh(pageOf(before, 0, 60).messages);
	expect(timeline.messages).toEqual(log.messages());
});

test('[READ-4] [DEL-4] the cursor counts the messages up to it and the deleted ones after it', () => {
	const log = new RoomLog(ME);
	log.entries = logOf(20);
	log.add(SOMEBODY, { kind: 'delete', target: 12 });
	log.add(SOMEBODY, { kind: 'edit', target: 3, text: 'better' });
	const timeline = new Timeline(() => 'me');
	timeline.start({ epoch: 'first', ...log.page({ before: 23, limit: 10 }) });
	timeline.goLive(log.head);
	expect(timeline).toMatchObject({ from: 11, to: 22 });
	for (const readSeq of [10, 11, 12, 15, 20, 21, 22]) expect(timeline.cursorAt(readSeq)).toEqual(log.cursorAt(readSeq));
	// The number of unread messages before the window is unknown.
	expect(timeline.cursorAt(9)).toEqual({ readSeq: 9, readSaid: 0 });
});

test('[TOPIC-2] a topic does not count as unread', () => {
	const log = new RoomLog(ME);
	log.entries = logOf(2);
	log.add(SOMEBODY, { kind: 'topic', text: 'topic' });
	log.add(SOMEBODY, { kind: 'message', text: 'more' });
	const timeline = new Timeline(() => 'me');
	timeline.start({ epoch: 'first', ...log.page({ before: 5, limit: 2 }) });
	timeline.goLive(log.head);
	expect(timeline.messages).toMatchObject([{ isTopic: true }, { text: 'more' }]);
	for (const readSeq of [2, 3, 4]) expect(timeline.cursorAt(readSeq)).toEqual(log.cursorAt(readSeq));
	expect(timeline.missing).toBe(0);
});
