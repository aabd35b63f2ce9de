import { afterAll, beforeAll, describe } from 'vitest';
import { findEngines } from './engines.ts';
import { PostgresServer } from './PostgresServer.ts';

/** Starting one takes a while on a machine that is busy. */
const PATIENCE_MS = 60_000;

/**
 * Describes tests that share a real PostgreSQL; where this machine has none they are skipped.
 * @param define is given what answers with it while the tests run
 */
export function describePostgres(name: string, define: (server: () => PostgresServer) => void): void {
	describe.skipIf(!findEngines().PostgreSQL)(name, () => {
		let server: PostgresServer | undefined;
		beforeAll(async () => {
			server = await PostgresServer.start();
		}, PATIENCE_MS);
		afterAll(() => server?.stop(), PATIENCE_MS);

		define(() => {
			if (!server) throw new Error('PostgreSQL runs while tests run');
			return server;
		});
	});
}
