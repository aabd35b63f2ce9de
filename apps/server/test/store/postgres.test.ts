import { describe, expect, test } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/open-postgres-store.ts';
import { StoreRejection, StoreUnavailable, type Appended, type NewEntryOf, type Store } from '../../src/store/store.ts';
import { describePostgres } from '@digda/testkit/engines/describe-postgres.ts';
import { runSql } from '@digda/testkit/engines/PostgresServer.ts';
import { describeStore, type Harness } from './contract.ts';
import { describeConsumers } from './consumers.ts';
import { describeOwnership } from './ownership.ts';
import { describeRetention } from './retention.ts';
import { recordingLog } from './support/controlled-store.ts';
import { fill, message } from './support/entries.ts';
import { hold, openNode, openTwoNodes, readAll } from './support/postgres-store.ts';

async function expectRejection(url: string, reason: RegExp): Promise<void> {
	const error: unknown = await openPostgresStore(url, recordingLog().log).then(
		(store) => store.close(),
		(thrown: unknown) => thrown
	);
	expect(error).toBeInstanceOf(StoreRejection);
	expect(String(error)).toMatch(reason);
	expect(String(error)).not.toMatch(/\n|secret/);
}

/** Batches of Ada's messages, each message with an id of its own. */
function batches(room: string, size = 5): NewEntryOf<'message'>[][] {
	return Array.from({ length: 60 }, (_, batch) =>
		Array.from({ length: size }, (__, index) => message('ada', `${batch}-${index}`, { room }))
	);
}

/** Appends batches without waiting in between. @returns the outcome of each message, in order */
async function appendAll(store: Store, all: NewEntryOf<'message'>[][]): Promise<Appended[]> {
	const answers = await Promise.all(all.map((batch) => store.append(batch, [])));
	return answers.flatMap(({ entries }) => entries);
}

describePostgres('with a real PostgreSQL', (server) => {
	async function openEmpty(): Promise<Harness> {
		const url = await server().createDatabase();
		const { store } = await openNode(url);
		return {
			store,
			execute: (sql) => runSql(url, sql),
			async reopen() {
				await store.close();
				return (await openNode(url)).store;
			}
		};
	}

	describeStore('PostgreSQL', openEmpty);
	describeOwnership('PostgreSQL', openEmpty);
	describeRetention('PostgreSQL', openEmpty);
	describeConsumers('PostgreSQL', openEmpty);

	describe('opening', () => {
		test('nodes that start at once on an empty database share one epoch, and keep it', async () => {
			const url = await server().createDatabase();
			const nodes = await Promise.all(Array.from({ length: 4 }, () => openNode(url)));
			const [epoch] = nodes.map(({ store }) => store.epoch);
			expect(epoch).toMatch(/^[\w-]{22}$/);
			expect(nodes.map(({ store }) => store.epoch)).toEqual(nodes.map(() => epoch));
			expect((await openNode(url)).store.epoch).toBe(epoch);
			expect((await openNode(await server().createDatabase())).store.epoch).not.toBe(epoch);
		});

		test('a node reads the entries of another node', async () => {
			const [one, other] = await openTwoNodes(await server().createDatabase());
			await fill(one, 3);
			expect(await readAll(other, 'lobby')).toEqual(['m1', 'm2', 'm3']);
		});

		test('[SESSION-8] exactly one of two concurrent rotations on two nodes succeeds', async () => {
			const nodes = await openTwoNodes(await server().createDatabase());
			for (let round = 0; round < 20; round += 1) {
				const hashOf = (number: number) => `${round}0${number}`.padStart(64, '0');
				const user = `user-${round}`;
				await nodes[0].createSession(hashOf(0), { id: user, name: user }, 1);
				const outcomes = await Promise.all(
					nodes.map((node, index) => node.rotateSession(hashOf(index + 1), user, 2, hashOf(0)))
				);
				expect(outcomes.toSorted()).toEqual(['done', 'unauthorized']);
				const known = await Promise.all([0, 1, 2].map((number) => nodes[0].findSession(hashOf(number))));
				expect(known.filter((each) => each !== undefined)).toHaveLength(1);
			}
		});

		test('a database that may lose acknowledged entries is rejected', async () => {
			const url = await server().createDatabase();
			await runSql(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
			await expectRejection(url, /synchronous_commit is off/);
		});

		test('a database of a newer version is rejected', async () => {
			const url = await server().createDatabase();
			await (await openNode(url)).store.close();
			await runSql(url, 'UPDATE schema_version SET version = version + 1');
			await expectRejection(url, /newer version/);
		});

		test('a missing database is rejected, and its password not repeated', async () => {
			const url = server().url.replace('postgres@', 'postgres:secret@').replace(/\w+$/, 'nowhere');
			await expectRejection(url, /"nowhere" does not exist/);
			await expectRejection('postgres://postgres:secret@127.0.0.1:1/digda', /ECONNREFUSED/);
		});
	});

	test('closing finishes pending calls, and happens once', async () => {
		const { store } = await openNode(await server().createDatabase());
		await store.join('ada', 'lobby', 1);
		const pending = store.append([message('ada', 'a')], []);
		await Promise.all([store.close(), store.close()]);

		await expect(pending).resolves.toMatchObject({ entries: [{ seq: 1 }] });
		await expect(store.heads([])).rejects.toBeInstanceOf(StoreUnavailable);
		await store.close();
	});

	describe('the same message on two nodes at once', () => {
		test('is stored once in one room, and both nodes answer with its seq', async () => {
			const [one, other] = await openTwoNodes(await server().createDatabase());
			const [first, second] = await Promise.all([appendAll(one, batches('lobby')), appendAll(other, batches('lobby'))]);
			const ids = await readAll(one, 'lobby');
			expect(ids.toSorted()).toEqual(
				batches('lobby')
					.flat()
					.map(({ id }) => id)
					.sort()
			);
			batches('lobby')
				.flat()
				.forEach(({ id }, index) => {
					const [here, there] = [first[index], second[index]];
					const seq = ids.indexOf(id) + 1;
					expect([here, there]).toMatchObject([
						{ ok: true, seq },
						{ ok: true, seq }
					]);
					expect(here?.ok && here.isNew).not.toBe(there?.ok && there.isNew);
				});
		});

		test('different messages in the same room are numbered without a hole', async () => {
			const [one, other] = await openTwoNodes(await server().createDatabase());
			const others = batches('lobby').map((batch) => batch.map((each) => ({ ...each, id: `other ${each.id}` })));
			const answers = await Promise.all([appendAll(one, batches('lobby')), appendAll(other, others)]);
			for (const answer of answers.flat()) expect(answer).toMatchObject({ ok: true, isNew: true });
			expect(await readAll(one, 'lobby')).toHaveLength(600);
		});

		test('is stored in one of two rooms', async () => {
			const [one, other] = await openTwoNodes(await server().createDatabase());
			const [lobby, attic] = await Promise.all([appendAll(one, batches('lobby')), appendAll(other, batches('attic'))]);
			await expectOneOfTwo(one, batches('lobby').flat(), lobby, attic);
		});

		test('is stored in one of two rooms when the nodes append in opposite orders', async () => {
			const url = await server().createDatabase();
			const [one, other] = await openTwoNodes(url);
			const both = await hold(url, 'SELECT FROM rooms FOR UPDATE');
			// Enough messages that both nodes store at the same time for a while.
			const [inLobby, inAttic] = [batches('lobby', 50).flat(), batches('attic', 50).flat()];
			const appending = Promise.all([appendAll(one, [inLobby]), appendAll(other, [inAttic.toReversed()])]);
			await both.untilWaited(2);
			await both.release();
			const [lobby, attic] = await appending;
			await expectOneOfTwo(one, inLobby, lobby, attic.toReversed());
		});

		test('both nodes move the same read cursors in opposite orders', async () => {
			const url = await server().createDatabase();
			const [one, other] = await openTwoNodes(url);
			const rooms = ['lobby', 'attic'];
			await one.append(
				rooms.map((room) => message('ada', `first in the ${room}`, { room })),
				[]
			);
			const both = await hold(url, 'SELECT FROM members FOR UPDATE');
			const cursors = rooms.map((room) => ({ room, userId: 'ada', seq: 1 }));
			const moving = Promise.all([one.append([], cursors), other.append([], cursors.toReversed())]);
			await both.untilWaited(2);
			await both.release();
			expect(await moving).toEqual(rooms.map(() => ({ entries: [], cursors: [1, 1] })));
		});

		/** @param lobby the outcomes of the messages there, in the same order as in the attic */
		async function expectOneOfTwo(
			store: Store,
			messages: NewEntryOf<'message'>[],
			lobby: Appended[],
			attic: Appended[]
		) {
			const stored = { lobby: await readAll(store, 'lobby'), attic: await readAll(store, 'attic') };
			expect(stored.lobby.length + stored.attic.length).toBe(messages.length);
			messages.forEach(({ id }, index) => {
				const [winner, loser] = stored.lobby.includes(id) ? [lobby, attic] : [attic, lobby];
				const seq = Math.max(stored.lobby.indexOf(id), stored.attic.indexOf(id)) + 1;
				expect(winner[index]).toMatchObject({ ok: true, isNew: true, seq });
				expect(loser[index]).toEqual({ ok: false, code: 'id_reused' });
			});
		}
	});
});
