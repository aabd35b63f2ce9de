import { afterAll, beforeAll, describe } from 'vitest';
import { findEngines } from './engines.ts';
import { PostgresServer } from './PostgresServer.ts';

/** The longest start of a server on a busy machine, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Describes tests that share a PostgreSQL server. They are skipped where this machine has none.
 * @param define gets a function that returns the server while the tests run
 */
export function describePostgres(name: string, define: (server: () => PostgresServer) => void): void {
	describe.skipIf(!findEngines().PostgreSQL)(name, () => {
		let server: PostgresServer | undefined;
		beforeAll(async () => {
			server = await PostgresServer.start();
		}, PATIENCE_MS);
		afterAll(() => server?.stop(), PATIENCE_MS);

		define(() => {
			if (!server) throw new Error('PostgreSQL runs only during tests');
			return server;
		});
	});
}
