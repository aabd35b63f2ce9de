import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { runSql } from '../engines/PostgresServer.ts';

/** How many nodes a cluster of tests has. */
export const NODES = 3;

/** The environment that nodes share, with an empty database, and what removes that when they have ended. */
export interface SharedEngines {
	variables: { DATABASE_URL: string; REDIS_URL: string };
	remove: () => Promise<void>;
}

/** Makes what nodes share, where tests run on nodes; anywhere else there is none. */
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
		/** The engines on which the servers of tests run as several nodes; without, they run as one on SQLite. */
		engines: { postgres: string; redis: string } | undefined;
	}
}
