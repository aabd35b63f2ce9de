import { expect, test } from 'vitest';
import { StoreUnavailable, type Store } from '../../../src/store/store.ts';
import { describePostgres } from '@digda/testkit/engines/describe-postgres.ts';
import { fill, message } from '../../store/support/entries.ts';
import { hold, openNode, readAll } from '../../store/support/postgres-store.ts';

const UNAVAILABLE = 'The database is unavailable';
const AVAILABLE = 'The database is available again';

/** Short enough to wait for it twice. */
const IMPATIENT = { storeAnswerTimeoutMs: 1_000 };

/** Every kind of call of a node to its store, on both of its connections. */
const CALLS: ((store: Store) => Promise<unknown>)[] = [
	(store) => store.append([message('ada', 'a')], []),
	(store) => store.roomsOf('ada'),
	(store) => store.join('ada', 'attic', 1),
	(store) => store.heads(['lobby']),
	(store) => store.readLog('lobby', 0, 50)
];

async function expectUnavailable(calls: Promise<unknown>[]): Promise<void> {
	for (const result of await Promise.allSettled(calls)) {
		expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
	}
}

describePostgres('when PostgreSQL fails', (server) => {
	test('the calls of connections that end in the middle fail, and the next ones are served', async () => {
		const url = await server().createDatabase();
		const { store, messages } = await openNode(url);
		await fill(store, 1);
		const tables = await hold(url, 'LOCK TABLE rooms, messages, members');
		const calls = CALLS.map((call) => call(store));
		// The first of the calls in order, which have all left already, and two reads.
		await tables.untilWaited(3);
		await Promise.all([expectUnavailable(calls), server().terminateBackends()]);
		expect(messages()).toEqual([UNAVAILABLE]);
		await tables.release();

		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ isNew: true, seq: 2 }] });
		expect(await readAll(store, 'lobby')).toEqual(['m1', 'a']);
		expect(messages()).toEqual([UNAVAILABLE, AVAILABLE]);

		const closingAt = performance.now();
		await store.close();
		expect(performance.now() - closingAt).toBeLessThan(3_000);
	});

	test.for(['fast', 'immediate'] as const)(
		'calls fail while PostgreSQL is away (%s), and afterwards every acknowledged entry is there',
		async (ending) => {
			const { store, messages } = await openNode(await server().createDatabase());
			await fill(store, 50);
			await server().halt(ending);
			await expectUnavailable(CALLS.map((call) => call(store)));
			expect(messages()).toEqual([UNAVAILABLE]);

			await server().startAgain();
			expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ isNew: true, seq: 51 }] });
			expect(await readAll(store, 'lobby')).toHaveLength(51);
			expect(messages()).toEqual([UNAVAILABLE, AVAILABLE]);
		}
	);

	test('a restart of PostgreSQL between two calls fails no call', async () => {
		const { store, messages } = await openNode(await server().createDatabase());
		await fill(store, 1);
		await store.heads([]);
		await server().restart('fast');
		for (const call of CALLS) await call(store);
		expect(messages()).toEqual([]);
	});

	test('calls fail after a while when PostgreSQL does not answer, and are served afterwards', async () => {
		const { store, messages } = await openNode(await server().createDatabase(), IMPATIENT);
		await fill(store, 1);
		await server().pause();
		try {
			const begunAt = performance.now();
			await expectUnavailable(CALLS.map((call) => call(store)));
			// The calls fail again, now without a connection.
			await expectUnavailable(CALLS.map((call) => call(store)));
			expect(performance.now() - begunAt).toBeLessThan(5_000);
		} finally {
			server().resume();
		}
		// The store did not know whether the message was stored. Now it is, once.
		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ ok: true, seq: 2 }] });
		expect(await readAll(store, 'lobby')).toEqual(['m1', 'a']);
		expect(messages()).toEqual([UNAVAILABLE, AVAILABLE]);
	});

	test('a store can be closed while PostgreSQL does not answer', async () => {
		const { store } = await openNode(await server().createDatabase(), IMPATIENT);
		await fill(store, 1);
		await server().pause();
		try {
			const calls = CALLS.map((call) => call(store));
			await Promise.all([expectUnavailable(calls), store.close()]);
			await expectUnavailable([store.heads([])]);
		} finally {
			server().resume();
		}
	});

	test('a lock that another connection holds for too long fails the whole batch', async () => {
		const url = await server().createDatabase();
		const { store, messages } = await openNode(url);
		for (const room of ['attic', 'lobby']) await store.join('ada', room, 1);
		const row = await hold(url, "SELECT FROM rooms WHERE room = 'lobby' FOR UPDATE");
		const batch = [message('ada', 'a', { room: 'attic' }), message('ada', 'b')];
		await expectUnavailable([store.append(batch, [])]);
		expect(messages()).toEqual([UNAVAILABLE]);
		const both = ['attic', 'lobby'];
		expect(await store.heads(both)).toEqual(both.map((room) => [room, 0]));
		await row.release();
		expect(await store.append(batch, [])).toMatchObject({ entries: batch.map(() => ({ isNew: true, seq: 1 })) });
	});
});
