import { MAX_INVITATIONS } from '@digda/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { edit } from '../support/community.ts';
import { describePostgres } from '@digda/testkit/engines/describe-postgres.ts';
import { runSql } from '@digda/testkit/engines/PostgresServer.ts';
import type { Harness } from './contract.ts';
import { databaseFile } from './support/controlled-store.ts';
import { openNode } from './support/postgres-store.ts';

/** The number of revocations that a store keeps. */
const KEPT = 100_000;

/**
 * Tests of the bounds on what a store keeps and answers.
 * @param skipTo a statement after which revocations have the numbers from this one on
 */
function describeBounds(
	name: string,
	open: () => Promise<Omit<Harness, 'reopen'>>,
	skipTo: (number: number) => string
): void {
	test(`${name}: the store keeps the last 100,000 revocations`, async () => {
		const { store, execute } = await open();
		const comeAndGo = async (userId: string) => {
			await store.join(userId, 'lobby', 1);
			await store.leave(userId, 'lobby');
		};
		for (const userId of ['first', 'second']) await comeAndGo(userId);
		await execute(skipTo(KEPT + 2));
		for (const userId of ['late', 'last']) await comeAndGo(userId);
		const { revocations } = await store.revocations(0);
		expect(revocations.flatMap(({ userId }) => userId ?? [])).toEqual(expect.arrayContaining(['late', 'last']));
		expect(revocations.map(({ userId }) => userId)).not.toContain('first');
		expect(revocations.map(({ userId }) => userId)).not.toContain('second');
	});

	test(`${name}: the store rejects more than MAX_INVITATIONS of a room`, async () => {
		const { store } = await open();
		const room = '~0123456789abcdefghijkl';
		await store.createSession('0'.repeat(64), { id: 'ada', name: 'Ada' }, 1);
		await store.createRoom('ada', room, 'Title', 1);
		const invite = (count: number) => {
			const [id, secretHash] = [`door-${count}`, String(count).padStart(64, '0')];
			return store.invite('ada', room, { id, secretHash, createdAt: 1, expiresAt: null, maxUses: null });
		};
		for (let count = 0; count < MAX_INVITATIONS; count += 1) expect(await invite(count)).toBe('done');
		expect(await invite(MAX_INVITATIONS)).toBe('full');
		await store.revoke('ada', room, 'door-7');
		expect(await invite(MAX_INVITATIONS)).toBe('done');
	});

	test(`${name}: the store lists at most as many public rooms as requested`, async () => {
		const { store } = await open();
		for (let count = 0; count < 12; count += 1) await store.join(`person-${count}`, `room-${count}`, count);
		expect(await store.publicRooms(10)).toHaveLength(10);
	});
}

describeBounds(
	'SQLite',
	async () => {
		const { file, url } = databaseFile();
		const store = await openStore(url, createLogger('silent'));
		onTestFinished(() => store.close());
		return { store, execute: (sql) => edit(file, sql) };
	},
	(number) => `INSERT INTO revocations (number, kind, room, user_id) VALUES (${number}, 'left', 'hall', 'nobody')`
);

describePostgres('with a real PostgreSQL', (server) => {
	describeBounds(
		'PostgreSQL',
		async () => {
			const url = await server().createDatabase();
			return { store: (await openNode(url)).store, execute: (sql) => runSql(url, sql) };
		},
		(number) => `ALTER TABLE revocations ALTER COLUMN number RESTART WITH ${number}`
	);
});
