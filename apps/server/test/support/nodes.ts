import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { RedisLine } from '../../src/cluster/RedisLine.ts';
import type { Logger } from '../../src/log.ts';
import { createServer, type ServerOptions } from '../../src/server.ts';
import { openStore } from '../../src/store/open-store.ts';
import { runSql } from './PostgresServer.ts';

/** How many nodes a cluster of tests has. */
const NODES = 3;

/** The URLs of all nodes by that of the first, and to which of them the next client goes. */
const clusters = new Map<string, { urls: string[]; next: number }>();

/** Where the next client is to connect: the nodes of a cluster take turns. */
export function nodeOf(url: string): string {
	const cluster = clusters.get(url);
	if (!cluster) return url;
	return cluster.urls[cluster.next++ % cluster.urls.length] ?? url;
}

/** Starts several servers on an empty database of their own. */
export async function startNodes(log: Logger, options: Partial<ServerOptions>) {
	const engines = inject('engines');
	if (!engines) throw new Error('there are no engines for a cluster');
	const { postgres, redis } = engines;
	const name = `digda_${randomUUID().replaceAll('-', '')}`;
	await runSql(postgres, `CREATE DATABASE ${name}`);
	const database = new URL(postgres);
	database.pathname = name;
	const nodes = await Promise.all(
		Array.from({ length: NODES }, async () => {
			const store = await openStore(database.href, log);
			const line = new RedisLine(redis, log);
			const server = createServer({
				...{ log, store, line, origins: ['http://localhost:5173'], areRatesLimited: false },
				...options
			});
			const port = await server.listen(0, '127.0.0.1');
			return { server, store, line, port, url: `http://127.0.0.1:${port}` };
		})
	);
	const [first] = nodes;
	if (!first) throw new Error('a cluster has nodes');
	clusters.set(first.url, { urls: nodes.map(({ url }) => url), next: 0 });
	return {
		...first,
		close: async () => {
			await Promise.all(nodes.map(({ server }) => server.close()));
			await Promise.all(nodes.map(({ store }) => store.close()));
			for (const { line } of nodes) line.close();
			await runSql(postgres, `DROP DATABASE ${name} WITH (FORCE)`);
		}
	};
}
