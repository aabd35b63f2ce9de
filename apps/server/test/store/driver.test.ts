import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/store/postgres/connect.ts';
import { Database } from '../../src/store/postgres/Database.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { TIMINGS } from '../../src/timings.ts';
import { describePostgres } from '@digda/testkit/engines/describe-postgres.ts';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { recordingLog } from './support/controlled-store.ts';

// Without the patch in `patches/` this ends the process, and a connection that broke with something to say never speaks
// again: https://github.com/porsager/postgres/issues/1208, https://github.com/porsager/postgres/pull/1168
describePostgres('the driver of PostgreSQL', (server) => {
	test('what is asked on a connection that has ended fails', async () => {
		const sql = connect(await server().createDatabase(), 1);
		onTestFinished(() => sql.end({ timeout: 0 }));
		const connection = await sql.reserve();
		await connection`SELECT 1`;
		await server().terminateBackends();
		await expect(connection`SELECT 2`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
		await expect(connection`SELECT 3`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
	});

	test('one that ends while the driver learns of types fails, and the next one learns of them', async () => {
		const url = new URL(await server().createDatabase());
		const proxy = await Proxy.start(Number(url.port));
		onTestFinished(() => proxy.close());
		let cuts = 0;
		proxy.weather.isFatal = (bytes) => {
			if (cuts > 0 || !bytes.includes('pg_catalog.pg_type')) return false;
			cuts += 1;
			return true;
		};
		url.port = String(proxy.port);
		const sql = connect(url.href, 1);
		onTestFinished(() => sql.end({ timeout: 0 }));

		await expect(sql`SELECT 1`).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(cuts).toBe(1);
		expect(await sql`SELECT ${['a', 'b']}::text[] AS list`).toEqual([{ list: ['a', 'b'] }]);
	});

	test('a connection that breaks between two statements of a transaction is replaced at once', async () => {
		const url = await server().createDatabase();
		const { log } = recordingLog();
		const database = new Database(url, connect(url, 1), { log, timings: { ...TIMINGS, storeAnswerTimeoutMs: 3_000 } });
		onTestFinished(() => database.close());
		// So long that the driver writes it at once.
		const long = 'x'.repeat(2_000);
		const [isBroken, isOver] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
		const broken = database.change(['ada'], (run) =>
			run((sql) =>
				database.transaction(sql, async (transaction) => {
					const say = (text: string) => transaction`SELECT ${text}::text`;
					await say('planned by now');
					await server().terminateBackends();
					await isBroken.promise;
					// As a decision does that was made meanwhile.
					await say(long).catch(() => isOver.resolve(undefined));
				})
			)
		);
		await expect(broken).rejects.toBeInstanceOf(StoreUnavailable);
		isBroken.resolve(undefined);
		await isOver.promise;
		expect(await database.inOrder((sql) => sql`SELECT 2 AS two`)).toEqual([{ two: 2 }]);
	});
});
