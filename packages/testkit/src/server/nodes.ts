import { RedisLine } from '@digda/server/cluster/RedisLine.ts';
import type { Logger } from '@digda/server/log.ts';
import { createServer, type ServerOptions } from '@digda/server/server.ts';
import { openStore } from '@digda/server/store/open-store.ts';
import { NODES, type SharedEngines } from './shared-engines.ts';

/** The URLs of all nodes by that of the first, and to which of them the next client goes. */
const clusters = new Map<string, { urls: string[]; next: number }>();

/** Where the next client is to connect: the nodes of a cluster take turns. */
export function nodeOf(url: string): string {
	const cluster = clusters.get(url);
	if (!cluster) return url;
	return cluster.urls[cluster.next++ % cluster.urls.length] ?? url;
}

/** Starts several servers on what they share; that is removed when they are closed. */
export async function startNodes({ variables, remove }: SharedEngines, log: Logger, options: Partial<ServerOptions>) {
	const nodes = await Promise.all(
		Array.from({ length: NODES }, async () => {
			const store = await openStore(variables.DATABASE_URL, log);
			const line = new RedisLine(variables.REDIS_URL, log);
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
			await remove();
		}
	};
}
