import { Client } from 'pg';
import { expect, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../../src/store/postgres/open-postgres-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { TIMINGS, type Timings } from '../../../src/timings.ts';
import { recordingLog } from './controlled-store.ts';
import { readEntries } from './read.ts';

/**
 * Opens the store of a node, closed when the test ends.
 * @param timings that differ from the defaults
 */
export async function openNode(url: string, timings: Partial<Timings> = {}) {
	const { log, messages } = recordingLog();
	const store = await openPostgresStore(url, log, { ...TIMINGS, ...timings });
	onTestFinished(() => store.close());
	return { store, messages };
}

/** Opens the stores of two nodes on one database. Ada is in the lobby and in the attic. */
export async function openTwoNodes(url: string): Promise<[Store, Store]> {
	const [one, other] = await Promise.all([openNode(url), openNode(url)]);
	for (const room of ['lobby', 'attic']) await one.store.join('ada', room, 1);
	return [one.store, other.store];
}

/**
 * Holds the locks of a statement on a connection of its own.
 * @returns `untilWaited`, which waits until so many others wait for a lock, and `release`
 */
export async function hold(url: string, statement: string) {
	const client = new Client({ connectionString: url });
	await client.connect();
	onTestFinished(() => client.end());
	await client.query(`BEGIN; ${statement}`);
	const waiting = async () => (await client.query<object>('SELECT FROM pg_locks WHERE NOT granted')).rows;
	return {
		untilWaited: (count: number) => expect.poll(waiting, { interval: 10 }).toHaveLength(count),
		release: () => client.query('COMMIT')
	};
}

/** The ids of a whole room, by `seq`, without a hole. */
export async function readAll(store: Store, room: string): Promise<string[]> {
	const entries = await readEntries(store, room);
	expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
	expect(await store.heads([room])).toEqual([[room, entries.length]]);
	return entries.map(({ id }) => id);
}
