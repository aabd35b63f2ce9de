import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/store/postgres/connect.ts';
import { findEngines } from '../support/engines.ts';
import { PostgresServer } from '../support/PostgresServer.ts';

// Without the patch in `patches/` this ends the process, and a connection that broke with something to say never speaks
// again: https://github.com/porsager/postgres/issues/1208, https://github.com/porsager/postgres/pull/1168
describe.skipIf(!findEngines().PostgreSQL)('the driver of PostgreSQL', { timeout: 30_000 }, () => {
	let server: PostgresServer;
	beforeAll(async () => {
		server = await PostgresServer.start();
	}, 60_000);
	afterAll(() => server.stop(), 60_000);

	test('what is asked on a connection that has ended fails', async () => {
		const sql = connect(await server.createDatabase(), 1);
		onTestFinished(() => sql.end({ timeout: 0 }));
		const connection = await sql.reserve();
		await connection`SELECT 1`;
		await server.terminateBackends();
		await expect(connection`SELECT 2`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
		await expect(connection`SELECT 3`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
	});
});
