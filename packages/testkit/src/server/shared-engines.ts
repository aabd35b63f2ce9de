import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { runSql } from '../engines/PostgresServer.ts';

/** The number of nodes in a cluster of tests. */
export const NODES = 3;

/** The environment that nodes share, with an empty database, and a function that removes it after their end. */
export interface SharedEngines {
	variables: { DATABASE_URL: string; REDIS_URL: string };
	remove: () => Promise<void>;
}

/** Makes a shared database where tests run on nodes. @returns undefined anywhere else */
export async function shareEngines(): Promise<SharedEngines | undefined> {
	const engines = inject('engines');
	if (!engines) return undefined;
	const { postgres, redis } = engines;
	const name = `digda_${randomUUID().replaceAll('-', '')}`;
	await runSql(postgres, `CREATE DATABASE ${name}`);
	const database = new URL(postgres);
	database.pathname = name;
	return {
		variables: { DATABASE_URL: database.href, REDIS_URL: redis },
		remove: () => runSql(postgres, `DROP DATABASE ${name} WITH (FORCE)`)
	};
}

declare module 'vitest' {
	interface ProvidedContext {
		/** The engines for tests on several nodes. Without them, tests run on one node with SQLite. */
		engines: { postgres: string; redis: string } | undefined;
	}
}
