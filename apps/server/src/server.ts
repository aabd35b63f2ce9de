import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpRoutes } from './app.ts';
import { Boundary } from './Boundary.ts';
import { ConsumerLoop } from './consumers/ConsumerLoop.ts';
import { createClose } from './close.ts';
import { addDoor } from './http/door.ts';
import { createHttpServer } from './http/http-server.ts';
import { createListener } from './http/listener.ts';
import { servePage } from './http/page/page.ts';
import { RequestRates } from './http/RequestRates.ts';
import type { RedisLine } from './cluster/RedisLine.ts';
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
	/** The log of the rooms; whoever opened it closes it. */
	store: Store;
	/** Origins whose pages may connect, besides the server's own. */
	origins: readonly string[];
	/** Where the built page is; without it the server has sockets only. */
	page?: string | undefined;
	/** How many proxies stand before this server. */
	trustedHops?: number;
	/** Whether rates and connections are limited; otherwise only for measuring and for tests of volume. */
	areRatesLimited?: boolean;
	maxConnections?: number;
	maxConnectionsPerAddress?: number;
	/** What each may store per day, while rates are limited. */
	storagePerDay?: StoragePerDay;
	/** Free disk space below which new guests are rejected, and messages below half of it; 0 rejects nobody. */
	minFreeBytes?: number;
	/** Measures the database and its disk. */
	measureSpace?: () => Promise<Space>;
	/** After so many days messages are emptied; without it never. */
	retentionDays?: number | undefined;
	/** Who shows it may read the figures; without one, programs on this machine. */
	metricsToken?: string | undefined;
	/** Who bears it as a session's may take back and close anything. */
	adminToken?: string | undefined;
	metrics?: Metrics;
	/** To other nodes on the same store; whoever opened it closes it. */
	line?: RedisLine | undefined;
	/** Replaces some of the default time-outs and intervals. */
	timings?: Partial<Timings>;
}

export interface Server {
	http: HttpServer;
	/**
	 * Starts to listen and answers with the port that was taken.
	 * @param port 0 takes any free one
	 * @throws the system's error (`EADDRINUSE`, `EACCES` …) when the port is not to be had
	 */
	listen: (port: number, host?: string) => Promise<number>;
	/** Measures the database and its disk now, and not only every few seconds. */
	measureSpace: () => Promise<void>;
	/** Closes every connection and the port, not the store. Calling it again is harmless. */
	close: () => Promise<void>;
}

/** Builds the whole server, page and sockets, without starting it. */
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
	line,
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
		...{ logs, boundary, store, metrics, consumers: [figures], trustedHops, areRatesLimited, line, timings },
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
		// Behind a proxy all TCP connections are the proxy's.
		tally: createTally(trustedHops > 0 ? Infinity : maxConnectionsPerAddress),
		mayConnect: (address) => !rates.isOut(address),
		isUpgrade: asksForWebSocket,
		timings
	});
	// Each of these puts itself before the listeners that are there.
	http.on('request', createListener(routes, servePage(page)));
	sockets.attach(http);
	addDoor(http, { boundary, isUpgrade: asksForWebSocket, rates });
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
