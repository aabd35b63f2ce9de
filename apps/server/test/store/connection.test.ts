import { describe, expect, onTestFinished, test } from 'vitest';
import { Connection } from '../../src/store/postgres/Connection.ts';
import { Database } from '../../src/store/postgres/Database.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { TIMINGS } from '../../src/timings.ts';
import { describePostgres } from '@digda/testkit/engines/describe-postgres.ts';
import { runSql } from '@digda/testkit/engines/PostgresServer.ts';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { recordingLog } from './support/controlled-store.ts';

function connectTo(url: string): Connection {
	const connection = new Connection(url);
	onTestFinished(() => connection.end());
	return connection;
}

const ONE = { one: 1 };
const ask = (sql: Pick<Connection, 'query'>) => sql.query('SELECT 1 AS one');

describePostgres('a connection to PostgreSQL', (server) => {
	/** A connection with a table of numbers, and a function that reads them. */
	async function openNumbers() {
		const url = await server().createDatabase();
		await runSql(url, 'CREATE TABLE numbers (number INTEGER PRIMARY KEY)');
		const connection = connectTo(url);
		const numbers = async () => {
			const rows = await connection.query<{ number: number }>('SELECT number FROM numbers ORDER BY number');
			return rows.map(({ number }) => number);
		};
		return { connection, numbers };
	}

	/** A connection through a proxy, and the statements that have left on it. */
	async function openThroughProxy() {
		const url = new URL(await server().createDatabase());
		const proxy = await Proxy.start(Number(url.port));
		onTestFinished(() => proxy.close());
		url.port = String(proxy.port);
		let sent = '';
		proxy.weather.isFatal = (bytes) => {
			sent += bytes.toString('latin1');
			return false;
		};
		const connection = connectTo(url.href);
		await ask(connection);
		return { proxy, connection, sent: () => sent };
	}

	const INSERT = 'INSERT INTO numbers VALUES ($1)';

	test('large integers are numbers, and lists of texts come back unchanged', async () => {
		const { connection } = await openNumbers();
		const texts = ['a', '"', '\\', '{}', ',', '', '안녕'];
		expect(
			await connection.query('SELECT 9007199254740991::bigint AS most, $1::text[] AS texts, NULL AS nothing', [texts])
		).toEqual([{ most: Number.MAX_SAFE_INTEGER, texts, nothing: null }]);
	});

	test('a statement with parameters is planned once', async () => {
		const { connection } = await openNumbers();
		for (const number of [1, 2, 3]) await connection.query('SELECT $1::integer AS found', [number]);
		expect(await connection.query("SELECT FROM pg_prepared_statements WHERE statement LIKE '%found'")).toHaveLength(1);
	});

	describe('a connection that breaks', () => {
		test('is opened again at once when it breaks while idle', async () => {
			const connection = connectTo(await server().createDatabase());
			await ask(connection);
			await server().terminateBackends();
			expect(await ask(connection)).toEqual([ONE]);
		});

		test('is opened again at once when it breaks with an answer', async () => {
			const connection = connectTo(await server().createDatabase());
			const end = connection.query('SELECT pg_terminate_backend(pg_backend_pid())');
			await expect(end).rejects.toMatchObject({ code: '57P01' });
			expect(await ask(connection)).toEqual([ONE]);
		});

		test('fails its statement in flight, and is opened again at once', async () => {
			const { proxy, connection } = await openThroughProxy();
			proxy.weather.isFatal = (bytes) => bytes.includes('fatal');
			await expect(connection.query("SELECT 'fatal'")).rejects.toThrow(/ECONNRESET|terminated/);
			expect(await ask(connection)).toEqual([ONE]);
		});

		test('fails its open transaction, and is opened again at once', async () => {
			const { connection, numbers } = await openNumbers();
			const broken = connection.transaction(async (transaction) => {
				await transaction.query(INSERT, [1]);
				await server().terminateBackends();
				// The work goes on with a statement after the break.
				transaction.send(INSERT, [2]);
			});
			const next = numbers();
			await expect(broken).rejects.toThrow(/terminat|not queryable/);
			expect(await next).toEqual([]);
		});

		test('reports that it cannot be opened while nobody listens', async () => {
			await expect(ask(connectTo('postgres://localhost:1/digda'))).rejects.toThrow(StoreUnavailable);
			await expect(ask(connectTo('postgres://localhost:1/digda'))).rejects.toThrow(/ECONNREFUSED/);
		});
	});

	describe('in a transaction', () => {
		test('the begin leaves with the first statement', async () => {
			const { proxy, connection, sent } = await openThroughProxy();
			proxy.mute('down');
			const waiting = connection.transaction(ask);
			await expect.poll(sent).toMatch(/BEGIN.*SELECT 1/s);
			connection.end();
			await expect(waiting).rejects.toThrow('terminated');
		});

		test('the end leaves with the last statement', async () => {
			const { proxy, connection, sent } = await openThroughProxy();
			const waiting = connection.transaction(async (transaction) => {
				await ask(transaction);
				proxy.mute('down');
				transaction.send('SELECT 2');
			});
			await expect.poll(sent).toMatch(/SELECT 2.*COMMIT/s);
			connection.end();
			await expect(waiting).rejects.toThrow('terminated');
		});

		test('all statements have an effect', async () => {
			const { connection, numbers } = await openNumbers();
			const answer = connection.transaction(async (transaction) => {
				const [row] = await transaction.query<{ number: number }>(`${INSERT} RETURNING number`, [1]);
				transaction.send(INSERT, [2]);
				return row?.number;
			});
			expect(await answer).toBe(1);
			expect(await numbers()).toEqual([1, 2]);
		});

		test.for<[string, number[]]>([
			['the first', [1, 1, 2]],
			['the middle one', [2, 1, 1, 3]],
			['the last', [1, 2, 2]]
		])('no statement has an effect when %s of a batch fails', async ([, inserted]) => {
			const { connection, numbers } = await openNumbers();
			const failing = connection.transaction((transaction) => {
				for (const number of inserted) transaction.send(INSERT, [number]);
			});
			const next = numbers();
			await expect(failing).rejects.toMatchObject({ code: '23505', constraint: 'numbers_pkey' });
			expect(await next).toEqual([]);
		});

		test('a failure has the first error, also when the work goes on or throws another one', async () => {
			const { connection, numbers } = await openNumbers();
			const fail = { code: '22012' };
			const goesOn = connection.transaction(async (transaction) => {
				await transaction.query('SELECT 1 / 0').catch(() => undefined);
				transaction.send(INSERT, [1]);
			});
			await expect(goesOn).rejects.toMatchObject(fail);
			const throws = connection.transaction(async (transaction) => {
				transaction.send('SELECT 1 / 0');
				await transaction.query(INSERT, [1]);
			});
			await expect(throws).rejects.toMatchObject(fail);
			expect(await numbers()).toEqual([]);
		});

		test('no statement has an effect when the work throws, and none is sent afterwards', async () => {
			const { connection, numbers } = await openNumbers();
			let ended: Pick<Connection, 'query'> | undefined;
			const failing = connection.transaction(async (transaction) => {
				await transaction.query(INSERT, [1]);
				ended = transaction;
				throw new Error('decided against it');
			});
			await expect(failing).rejects.toThrow('decided against it');
			await expect(ended?.query(INSERT, [2])).rejects.toThrow('the transaction is over');
			expect(await numbers()).toEqual([]);
		});

		test('other transactions and statements wait for its end', async () => {
			const { connection, numbers } = await openNumbers();
			const count = async (number: number) =>
				await connection.transaction(async (transaction) => {
					const before = await transaction.query('SELECT FROM numbers');
					await new Promise(setImmediate);
					transaction.send(INSERT, [number]);
					return before.length;
				});
			expect(await Promise.all([count(1), numbers(), count(2), count(3), numbers()])).toEqual([
				0,
				[1],
				1,
				2,
				[1, 2, 3]
			]);
		});
	});

	test('ending a connection fails its statements, also waiting ones, and it is not opened again', async () => {
		const { connection } = await openNumbers();
		await ask(connection);
		const calls = [
			connection.transaction((transaction) => transaction.query('SELECT pg_sleep(60)')),
			ask(connection),
			connection.transaction(ask)
		];
		// The first statement has left by now.
		await new Promise(setImmediate);
		connection.end();
		for (const call of [...calls, ask(connection)]) await expect(call).rejects.toThrow(/terminated|was ended/);
	});

	test('a connection that breaks within a transaction fails that transaction alone', async () => {
		const url = await server().createDatabase();
		const { log } = recordingLog();
		const database = new Database(url, new Connection(url), { log, timings: TIMINGS });
		onTestFinished(() => database.close());
		const broken = database.change(['ada'], (run) =>
			run((sql) =>
				sql.transaction(async (transaction) => {
					await ask(transaction);
					await server().terminateBackends();
					await ask(transaction);
				})
			)
		);
		const next = database.inOrder(ask);
		await expect(broken).rejects.toBeInstanceOf(StoreUnavailable);
		expect(await next).toEqual([ONE]);
	});
});
