import { describe, expect, test } from 'vitest';
import { CONSUMER_BATCH } from '../../src/rules/consumers/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { Harness } from './contract.ts';
import { deletion, edit, fill, message, reaction, target } from './support/entries.ts';
import { readEntries } from './support/read.ts';

/** Runs a consumer until a room has no unread entry. @returns the number of entries that each run has read */
export async function consumeAll(store: Store, room = 'lobby'): Promise<number[]> {
	const runs: number[] = [];
	for (;;) {
		const { read, left } = await store.consume('figures', room);
		if (read > 0) runs.push(read);
		if (left === 0) return runs;
	}
}

/** Expects each entry of a room to be counted once. */
export async function expectCounted(store: Store, room = 'lobby'): Promise<void> {
	const counts = new Map<string, number>();
	for (const { kind } of await readEntries(store, room)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	const counted = await store.countEntries();
	expect(new Map(counted.map(({ kind, count }) => [kind, count]))).toEqual(counts);
}

/** The promises of every store about the consumers of its log. */
export function describeConsumers(name: string, open: () => Promise<Harness>): void {
	describe(`${name}: consumers`, () => {
		test('a consumer counts the entries of every kind once', async () => {
			const { store } = await open();
			await fill(store, 2);
			const first = target('ada', 'm1');
			await store.append(
				[edit('ada', 'e', first, '다시'), reaction('ada', 'r', first, '👍'), deletion('ada', 'd', first)],
				[]
			);
			expect(await store.behind('figures')).toEqual([{ room: 'lobby', lag: 5 }]);
			expect(await consumeAll(store)).toEqual([5]);
			expect(await store.behind('figures')).toEqual([]);
			await expectCounted(store);

			await store.append([message('ada', 'later')], []);
			expect(await consumeAll(store)).toEqual([1]);
			await expectCounted(store);
		});

		test('a run reads a batch, and the next run continues after it, also after the store was opened again', async () => {
			const { store, reopen } = await open();
			await fill(store, CONSUMER_BATCH + 10);
			expect(await store.consume('figures', 'lobby')).toEqual({ read: CONSUMER_BATCH, left: 10 });
			const again = await reopen();
			expect(await again.behind('figures')).toEqual([{ room: 'lobby', lag: 10 }]);
			expect(await consumeAll(again)).toEqual([10]);
			await expectCounted(again);
		});

		test('each room has its own position, and a missing room has no entry to read', async () => {
			const { store } = await open();
			await fill(store, 1);
			await store.join('ada', 'attic', 1);
			await store.append([message('ada', 'a', { room: 'attic' }), message('ada', 'b', { room: 'attic' })], []);
			expect(await store.behind('figures')).toEqual([
				{ room: 'attic', lag: 2 },
				{ room: 'lobby', lag: 1 }
			]);
			expect(await consumeAll(store, 'attic')).toEqual([2]);
			expect(await consumeAll(store, 'nowhere')).toEqual([]);
			expect(await store.behind('figures')).toEqual([{ room: 'lobby', lag: 1 }]);
			expect(await store.countEntries()).toEqual([{ kind: 'message', count: 2 }]);
		});

		test('a consumer reads entries of deleted and of emptied messages', async () => {
			const { store } = await open();
			await fill(store, 3);
			await store.emptyOlder({ before: 2_000, now: 3_000 }, '');
			expect(await consumeAll(store)).toEqual([3]);
			await expectCounted(store);
		});
	});
}
