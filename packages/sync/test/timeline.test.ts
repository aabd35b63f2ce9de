import type { Message } from '@digda/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_MESSAGES, Timeline } from '../src/index.ts';
import { logOf } from './support/log.ts';

const LOG = logOf(60);

/** The part of the log `(after, to]`. */
function part(after: number, to = LOG.length): Message[] {
	return LOG.slice(after, to);
}

function seqs(timeline: Timeline): number[] {
	return timeline.messages.map(({ seq }) => seq);
}

test('[TIME-1] what comes too early is held, what was seen is dropped', () => {
	const timeline = new Timeline();
	timeline.start('e', 10, part(5, 10));
	timeline.append(part(11, 13), 'newest');
	timeline.append(part(6, 9), 'newest');
	expect(seqs(timeline)).toEqual([6, 7, 8, 9, 10]);
	expect(timeline).toMatchObject({ from: 6, to: 10, head: 13, hasGap: true });

	expect(timeline.append(part(10, 11), 'newest').map(({ seq }) => seq)).toEqual([11, 12, 13]);
	expect(timeline).toMatchObject({ to: 13, hasGap: false });
});

test('[TIME-1] whatever arrives, however often and in whatever order, the window is a part of the log without a hole', () => {
	const place = fc.nat(LOG.length);
	const step = fc.oneof(
		fc.record({ kind: fc.constantFrom('news', 'hold', 'older', 'head'), after: place, to: place }),
		fc.constant({ kind: 'drop', after: 0, to: 0 })
	);
	fc.assert(
		fc.property(place, place, fc.array(step, { maxLength: 60 }), (from, head, steps) => {
			const timeline = new Timeline();
			// A page of a room that is not empty has at least one message.
			timeline.start('e', head, part(Math.min(from, Math.max(head - 1, 0)), head));
			const begin = timeline.to;
			for (const { kind, after, to } of steps) {
				if (kind === 'news') timeline.append(part(after, to), 'newest');
				else if (kind === 'hold') timeline.hold(part(after, to));
				else if (kind === 'older') timeline.prepend(part(after, to));
				else if (kind === 'head') timeline.raiseHead(to);
				else timeline.dropHeld();
				expect(timeline.messages).toEqual(part(timeline.from - 1, timeline.to));
				expect(timeline.to).toBeGreaterThanOrEqual(begin);
				expect(timeline.head).toBeGreaterThanOrEqual(timeline.to);
			}
			// Reading page after page always ends at the head.
			while (timeline.hasGap) timeline.append(part(timeline.to, timeline.to + 7), 'newest');
			while (timeline.hasOlder) timeline.prepend(part(Math.max(timeline.from - 8, 0), timeline.from - 1));
			expect(timeline.messages).toEqual(part(0, timeline.head));
		}),
		{ numRuns: 500 }
	);
});

test('[TIME-4] a full window loses its oldest messages to a reader at the end', () => {
	const log = logOf(MAX_MESSAGES + 100);
	const timeline = new Timeline();
	timeline.start('e', 0, []);
	timeline.append(log, 'newest');
	expect(timeline).toMatchObject({ from: 101, to: log.length, isFollowing: true });
});

test('[TIME-4] a full window loses its newest messages to a reader of history, and follows again when they are read', () => {
	const log = logOf(MAX_MESSAGES + 100);
	const timeline = new Timeline();
	timeline.start('e', log.length, log.slice(100));
	timeline.prepend(log.slice(50, 100));
	const to = 50 + MAX_MESSAGES;
	expect(timeline).toMatchObject({ from: 51, to, isFollowing: false, hasGap: false });

	timeline.append(logOf(log.length + 1).slice(-1), 'oldest');
	expect(timeline).toMatchObject({ to, head: log.length + 1, hasNewer: true });
	timeline.append(logOf(log.length + 1).slice(to), 'newest');
	expect(timeline).toMatchObject({ to: log.length + 1, isFollowing: true });
	expect(timeline.messages).toHaveLength(MAX_MESSAGES);
});

test('[TIME-4] what comes to a full window is not shown to a reader of history, who is not moved', () => {
	const timeline = new Timeline();
	timeline.start('e', 0, []);
	timeline.append(logOf(MAX_MESSAGES + 1), 'oldest');
	expect(timeline).toMatchObject({ from: 1, to: MAX_MESSAGES, isFollowing: false, hasNewer: true });
});

test('a page that does not end where the window begins is of an earlier window', () => {
	const timeline = new Timeline();
	timeline.start('e', 60, part(50));
	timeline.prepend(part(30, 49));
	timeline.prepend([]);
	expect(timeline.from).toBe(51);
});

test('[DEL-5] what is taken back is empty in the window, whether the word of it or the message comes first', () => {
	const entry = { ...part(59)[0], text: '', deletes: 8 } as Message;
	const emptied = (timeline: Timeline) => timeline.messages.find(({ seq }) => seq === 8)?.text;

	const following = new Timeline();
	following.start('e', 59, part(5, 59));
	following.append([entry], 'newest');
	expect(emptied(following)).toBe('');

	const reader = new Timeline();
	reader.start('e', 59, part(5, 20));
	reader.append([entry], 'newest');
	expect([reader.to, emptied(reader)]).toEqual([20, '']);

	const late = new Timeline();
	late.start('e', 60, [...part(10, 59), entry]);
	late.prepend(part(5, 10));
	expect(emptied(late)).toBe('');

	const other = new Timeline();
	other.start('e', 60, [...part(10, 59), entry]);
	other.start('another', 59, part(5, 59));
	expect(emptied(other)).toBe(LOG[7]?.text);

	// A database that was put back to before the deletion has the same epoch.
	const restored = new Timeline();
	restored.start('e', 60, [...part(10, 59), entry]);
	restored.dropHeld();
	restored.start('e', 59, part(5, 59));
	expect(emptied(restored)).toBe(LOG[7]?.text);
});
