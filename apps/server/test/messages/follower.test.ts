import { MAX_PACKET_MESSAGES, type Entry } from '@digda/protocol';
import { expect, test } from 'vitest';
import { Followers } from '../../src/messages/Followers.ts';
import { StoreUnavailable, type Store } from '../../src/store/store.ts';

/** The first entries of a log. Every third one is a reaction to the first message. */
function entriesTo(seq: number): Entry[] {
	const author = { id: 'somebody', name: 'Somebody' };
	return Array.from({ length: seq }, (_, index): Entry => {
		const fields = { seq: index + 1, id: `id-${index + 1}`, author, sentAt: 0, said: saidAt(index + 1) };
		if (index % 3 !== 2) return { kind: 'message', ...fields, text: `text ${index + 1}` };
		const isSet = index % 2 === 0;
		return { kind: 'reaction', ...fields, target: { author: author.id, id: 'id-1', seq: 1 }, emoji: '👍', isSet };
	});
}

function saidAt(seq: number): number {
	return seq - Math.floor(seq / 3);
}

/** Starts followers of a room. The test holds the log and answers its reads. */
function followLobby() {
	const log: Entry[] = [];
	const reads: { answer: () => void; fail: () => void; limit: number }[] = [];
	const readLog: Store['readLog'] = (_room, after, limit) => {
		// The page is read at once, and the test answers later.
		const page = log.slice(after, after + limit);
		return new Promise((resolve, reject) => {
			const fail = () => reject(new StoreUnavailable('being reopened'));
			reads.push({ answer: () => resolve(page), fail, limit });
		});
	};
	const emitted: number[] = [];
	const changes: [string, boolean][] = [];
	// Followers use no other method of a store.
	const store = { readLog } as Store;
	const followers = new Followers(store, (_room, entries) => emitted.push(...entries.map(({ seq }) => seq)));
	followers.onChange((room, isFollowed) => changes.push([room, isFollowed]));
	followers.follow('lobby', { head: 0, said: 0 });
	const untilRead = (times: number) => expect.poll(() => reads.length).toBe(times);
	return { followers, log, reads, emitted, changes, untilRead };
}

test('[NEWS-1] entries that are stored during a read of the log are emitted once, after the page', async () => {
	const { followers, log, reads, emitted, untilRead } = followLobby();
	const [first, second, third] = entriesTo(3);
	if (!first || !second || !third) throw new Error('too few');
	log.push(first);
	followers.hint('lobby', 1);
	await untilRead(1);
	// The pending page holds the first entry.
	log.push(second, third);
	for (const entry of [first, second, third]) followers.deliver('lobby', [entry]);
	expect(emitted).toEqual([]);
	reads[0]?.answer();
	await untilRead(2);
	expect(emitted).toEqual([1]);
	reads[1]?.answer();
	await expect.poll(() => emitted).toEqual([1, 2, 3]);
	followers.deliver('lobby', entriesTo(4));
	expect(emitted).toEqual([1, 2, 3, 4]);
});

test('[NEWS-1] a hole before a delivered entry is read from the log, page by page', async () => {
	const { followers, log, reads, emitted, untilRead } = followLobby();
	const length = MAX_PACKET_MESSAGES + 1;
	log.push(...entriesTo(length));
	followers.deliver('lobby', log.slice(-1));
	for (const [index, last] of [MAX_PACKET_MESSAGES, length].entries()) {
		await untilRead(index + 1);
		expect(reads[index]?.limit).toBe(MAX_PACKET_MESSAGES);
		reads[index]?.answer();
		await expect.poll(() => emitted.at(-1)).toBe(last);
	}
	expect(emitted).toEqual(log.map(({ seq }) => seq));
	expect(followers.delivered('lobby')).toEqual({ head: length, said: saidAt(length) });
});

test('[NODE-3] forged hints cost a bounded number of reads, and delay no entry', async () => {
	const { followers, log, reads, emitted, untilRead } = followLobby();
	for (let count = 0; count < 100; count += 1) followers.hint('lobby', 1_000);
	await untilRead(1);
	reads[0]?.answer();
	// More hints came during the read, so the follower reads once more.
	await untilRead(2);
	reads[1]?.answer();
	await expect.poll(() => followers.delivered('lobby')).toEqual({ head: 0, said: 0 });
	for (let count = 0; count < 100; count += 1) followers.hint('lobby', 1_000);
	log.push(...entriesTo(1));
	followers.deliver('lobby', entriesTo(1));
	expect(emitted).toEqual([1]);
	expect(reads).toHaveLength(2);
});

test('a dropped room is not followed any more, also with a read under way', async () => {
	const { followers, log, reads, emitted, changes, untilRead } = followLobby();
	log.push(...entriesTo(2));
	followers.hint('lobby', 2);
	await untilRead(1);
	followers.drop('lobby');
	expect(followers.rooms()).toEqual([]);
	expect(followers.delivered('lobby')).toBeUndefined();
	reads[0]?.answer();
	followers.deliver('lobby', entriesTo(3));
	followers.drop('lobby');
	expect(changes).toEqual([
		['lobby', true],
		['lobby', false]
	]);
	// The room is followed again from another seq, by a single follower.
	followers.follow('lobby', { head: 2, said: 2 });
	followers.deliver('lobby', entriesTo(3));
	expect(emitted).toEqual([3]);
	expect(reads).toHaveLength(1);
});

test('a room that is dropped while reads fail is not read again', async () => {
	const { followers, reads, untilRead } = followLobby();
	followers.follow('hall', { head: 0, said: 0 });
	for (const room of ['lobby', 'hall']) followers.hint(room, 1);
	await untilRead(2);
	for (const { fail } of reads) fail();
	followers.drop('lobby');
	// The other room is read again after a quarter of a second. A read of this room would come before it.
	await untilRead(3);
	reads[2]?.answer();
	expect(followers.rooms()).toEqual(['hall']);
	expect(reads).toHaveLength(3);
});
