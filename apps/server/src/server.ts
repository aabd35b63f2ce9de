import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpRoutes } from './app.ts';
import { Boundary } from './Boundary.ts';
import { ConsumerLoop } from './consumers/ConsumerLoop.ts';
import { createClose } from './close.ts';
import { guardRequests } from './http/guard-requests.ts';
import { createHttpServer } from './http/http-server.ts';
import { createListener } from './http/listener.ts';
import { servePage } from './http/page/page.ts';
import { RequestRates } from './http/RequestRates.ts';
import type { RedisClient } from './cluster/RedisClient.ts';
import { DiskFloor } from './limits/DiskFloor.ts';
import { Limits } from './limits/Limits.ts';
import { StorageLimits } from './limits/StorageLimits.ts';
import { StorageQuota, type StoragePerDay } from './limits/StorageQuota.ts';
import { Tally } from './limits/Tally.ts';
import type { Logger } from './log.ts';
import { Metrics } from './metrics.ts';
import { createClientLogs } from './socket/client-logs.ts';
import { asksForWebSocket } from './socket/edge.ts';
import { createSockets } from './socket/index.ts';
import { startRetention } from './messages/retention.ts';
import type { Space, Store } from './store/store.ts';
import { TIMINGS, type Timings } from './timings.ts';

export interface ServerOptions {
	log: Logger;
	/** The log of the rooms. Its owner closes it. */
	store: Store;
	/** Origins whose pages may connect, besides the server's own. */
	origins: readonly string[];
	/** The directory of the built page. Without it the server has sockets only. */
	page?: string | undefined;
	/** The number of proxies in front of this server. */
	trustedHops?: number;
	/** Whether rates and connections are limited. Only benchmarks and volume tests turn this off. */
	areRatesLimited?: boolean;
	maxConnections?: number;
	maxConnectionsPerAddress?: number;
	/** The storage quotas per day, used while rates are limited. */
	storagePerDay?: StoragePerDay;
	/**
	 * Free disk space in bytes. Below it the server rejects new guests, below half of it messages too. 0 disables the
	 * check.
	 */
	minFreeBytes?: number;
	/** Measures the database and its disk. */
	measureSpace?: () => Promise<Space>;
	/** The age in days at which messages are emptied. Unset keeps them. */
	retentionDays?: number | undefined;
	/** The bearer token for `/metrics`. Without it, only programs on this machine may read them. */
	metricsToken?: string | undefined;
	/** The session token of the operator, who may delete any message and close any room. */
	adminToken?: string | undefined;
	metrics?: Metrics;
	/** The connection to other nodes on the same store. Its owner closes it. */
	redis?: RedisClient | undefined;
	/** Replaces some of the default time-outs and intervals. */
	timings?: Partial<Timings>;
}

export interface Server {
	http: HttpServer;
	/**
	 * Starts to listen.
	 * @param port 0 takes any free port
	 * @returns the port
	 * @throws the system's error (`EADDRINUSE`, `EACCES` …) when the port is unavailable
	 */
	listen: (port: number, host?: string) => Promise<number>;
	/** Measures the database and its disk at once, in addition to the regular interval. */
	measureSpace: () => Promise<void>;
	/** Closes every connection and the port, but not the store. It may be called again. */
	close: () => Promise<void>;
}

/** Builds the whole server, page and sockets, without listening. */
export function createServer({
	page,
	store,
	trustedHops = 0,
	areRatesLimited = true,
	maxConnections = Infinity,
	maxConnectionsPerAddress = Infinity,
	storagePerDay,
	minFreeBytes = 0,
	measureSpace = () => store.space(),
	retentionDays,
	metricsToken,
	metrics = new Metrics(),
	redis,
	timings: shortened,
	...options
}: ServerOptions): Server {
	const timings = { ...TIMINGS, ...shortened };
	let isClosing = false;
	const createTally = (mostPerAddress = maxConnectionsPerAddress) =>
		areRatesLimited ? new Tally(maxConnections, mostPerAddress) : new Tally(Infinity, Infinity);

	const logs = createClientLogs(options.log, metrics);
	const boundary = new Boundary(logs.failures, () => metrics.failed());
	const floor = new DiskFloor({ minFreeBytes, measure: measureSpace, log: options.log });
	metrics.watchSpace(() => floor.space);
	metrics.watchLog(store);
	const figures = new ConsumerLoop('figures', store, options.log);
	const quota = areRatesLimited ? new StorageQuota(storagePerDay) : undefined;
	let endRetention: (() => Promise<void>) | undefined;

	const sockets = createSockets({
		...options,
		...{ logs, boundary, store, metrics, consumers: [figures], trustedHops, areRatesLimited, redis, timings },
		limits: new Limits(areRatesLimited),
		storage: new StorageLimits(floor, quota, metrics),
		tally: createTally(),
		isClosing: () => isClosing
	});
	const routes = httpRoutes({
		boundary,
		notReady: () => (isClosing ? 'closing' : undefined),
		probe: () => store.heads([]),
		registry: metrics.registry,
		metricsToken
	});
	const statusPaths = Object.keys(routes);
	const rates = new RequestRates({ areLimited: areRatesLimited, trustedHops, statusPaths, sockets });
	const http = createHttpServer({
		boundary,
		// Behind a proxy, all TCP connections come from the proxy.
		tally: createTally(trustedHops > 0 ? Infinity : maxConnectionsPerAddress),
		mayConnect: (address) => !rates.isBlocked(address),
		isUpgrade: asksForWebSocket,
		timings
	});
	// Each of these prepends itself to the existing listeners.
	http.on('request', createListener(routes, servePage(page)));
	sockets.attach(http);
	guardRequests(http, { boundary, isUpgrade: asksForWebSocket, rates });
	const close = createClose(http, sockets, timings);

	return {
		http,
		async listen(port, host) {
			await floor.measure();
			http.listen({ port, host });
			await once(http, 'listening');
			void figures.scan();
			if (retentionDays !== undefined) {
				endRetention = startRetention(store, retentionDays, { log: options.log, metrics });
			}
			// A TCP server that listens has an address with a port.
			return (http.address() as AddressInfo).port;
		},
		measureSpace: () => floor.measure(),
		async close() {
			isClosing = true;
			floor.end();
			await Promise.all([close(), endRetention?.()]);
			await figures.end();
		}
	};
}
