import { RedisClient } from '@digda/server/cluster/RedisClient.ts';
import type { Logger } from '@digda/server/log.ts';
import { createServer, type ServerOptions } from '@digda/server/server.ts';
import { openStore } from '@digda/server/store/open-store.ts';

/** By the URL of the first node: the URLs of all nodes, and the index of the next one for a client. */
const clusters = new Map<string, { urls: string[]; next: number }>();

/** The URL for the next client: the nodes of a cluster in rotation. */
export function nodeOf(url: string): string {
	const cluster = clusters.get(url);
	if (!cluster) return url;
	return cluster.urls[cluster.next++ % cluster.urls.length] ?? url;
}

/** From now on `nodeOf` of the first URL returns all of them in rotation. */
export function shareClients(urls: [string, ...string[]]): void {
	clusters.set(urls[0], { urls, next: 0 });
}

/** The engines and the port of a node. */
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
	const redis = variables.REDIS_URL === undefined ? undefined : new RedisClient(variables.REDIS_URL, log);
	// Most tests send more than the limits allow.
	const standard = { origins: ['http://localhost:5173'], areRatesLimited: false };
	const server = createServer({ ...{ log, store, redis }, ...standard, ...options });
	const port = await server.listen(variables.PORT, '127.0.0.1');
	return { server, store, redis, port, url: `http://127.0.0.1:${port}` };
}
