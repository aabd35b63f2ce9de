import { RedisClient } from '@digda/server/cluster/RedisClient.ts';
import type { Logger } from '@digda/server/log.ts';
import { createServer, type ServerOptions } from '@digda/server/server.ts';
import { openStore } from '@digda/server/store/open-store.ts';

/** The URLs of all nodes by that of the first, and to which of them the next client goes. */
const clusters = new Map<string, { urls: string[]; next: number }>();

/** Where the next client is to connect: the nodes of a cluster take turns. */
export function nodeOf(url: string): string {
	const cluster = clusters.get(url);
	if (!cluster) return url;
	return cluster.urls[cluster.next++ % cluster.urls.length] ?? url;
}

/** From now on `nodeOf` the URL of the first is that of each of them in turn. */
export function shareClients(urls: [string, ...string[]]): void {
	clusters.set(urls[0], { urls, next: 0 });
}

/** What a node is started on. */
export interface NodeVariables {
	DATABASE_URL: string;
	/** Undefined where it is the only node. */
	REDIS_URL?: string;
	/** 0 takes any free one. */
	PORT: number;
}

/** Starts a server in this process. */
export async function startNode(variables: NodeVariables, log: Logger, options: Partial<ServerOptions>) {
	const store = await openStore(variables.DATABASE_URL, log);
	const line = variables.REDIS_URL === undefined ? undefined : new RedisClient(variables.REDIS_URL, log);
	// Most tests are of volume.
	const standard = { origins: ['http://localhost:5173'], areRatesLimited: false };
	const server = createServer({ ...{ log, store, redis: line }, ...standard, ...options });
	const port = await server.listen(variables.PORT, '127.0.0.1');
	return { server, store, line, port, url: `http://127.0.0.1:${port}` };
}
