import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import type { Boundary } from '../Boundary.ts';
import { answer, isResponse } from '../http/answer.ts';
import { clientAddress } from '../http/client-address.ts';
import { pathOf } from '../http/path-of.ts';
import { rejectUpgrade } from '../http/reject-upgrade.ts';
import type { Limits } from '../limits/Limits.ts';
import type { Tally } from '../limits/Tally.ts';
import type { Logger } from '../log.ts';
import { isOriginAllowed } from '../origins.ts';
import { Admission } from './Admission.ts';
import type { ClientLogs } from './client-logs.ts';
import { cut, type Connection } from './connection.ts';
import { dropRequest, sidOf, type EngineRequest } from './engine/internals.ts';

/** The exact path of the sockets. */
export const PATH = '/socket.io/';

/** A header can have 16 KB, which is too long for a log line. */
const MAX_LOGGED_ORIGIN = 200;

export interface EdgeOptions {
	log: Logger;
	boundary: Boundary;
	/** The limited logs for lines that clients can cause at will. */
	logs: ClientLogs;
	/** Origins whose pages may connect, besides the server's own. */
	origins: readonly string[];
	/** The number of proxies in front of this server. */
	trustedHops: number;
	limits: Limits;
	/** Counts the connections by address, over both transports. */
	tally: Tally;
	isClosing: () => boolean;
}

/**
 * Whether a request asks for a WebSocket, the only supported upgrade. Engine.IO serves it at one path, where a polling
 * client may ask for another protocol.
 */
export function asksForWebSocket(request: IncomingMessage): boolean {
	return request.headers.upgrade?.toLowerCase() === 'websocket' && pathOf(request) === PATH;
}

/** The id of the connection of a request, as Engine.IO reads it; undefined without one. */
export function connectionIdOf(request: IncomingMessage): string | undefined {
	const { url = '' } = request;
	return pathOf(request) === PATH ? new URLSearchParams(url.slice(PATH.length)).getAll('sid').at(-1) : undefined;
}

/** The HTTP response to a rejected request. */
interface HttpRejection {
	status: number;
	text: string;
	headers?: Record<string, string>;
}

/**
 * Checks every request of both transports before Engine.IO. Browsers do not apply CORS to WebSocket, and Socket.IO's
 * `allowRequest` sees only the first request of a connection.
 * @returns the open connections, updated live
 */
export function guardEdge({ engine }: Server, options: EdgeOptions): ReadonlySet<Connection> {
	const { log, logs, boundary, origins, trustedHops, limits, tally, isClosing } = options;
	const admission = new Admission();
	let hasSeenProxy = trustedHops > 0;

	function findRejection(request: EngineRequest): HttpRejection | undefined {
		const { method, headers } = request;
		if (pathOf(request) !== PATH) return { status: 404, text: 'Not found' };
		if (!['GET', 'POST'].includes(method ?? '')) {
			return { status: 405, text: 'Method not allowed', headers: { Allow: 'GET, POST' } };
		}
		if (!isOriginAllowed(headers, origins)) {
			const origin = headers.origin?.slice(0, MAX_LOGGED_ORIGIN);
			logs.origins.warn({}, `Rejected the origin ${origin}: add it to CLIENT_ORIGIN to allow it`);
			return { status: 403, text: 'This origin may not connect' };
		}
		if (sidOf(request)) return undefined;
		// The rest applies to new connections.
		const address = clientAddress(request, trustedHops);
		if (isClosing()) return { status: 503, text: 'The server is closing' };
		if (tally.isFull(address)) return { status: 503, text: 'Too many connections' };
		const waitMs = limits.byAddress('connect', address);
		if (waitMs > 0) {
			const headers = { 'Retry-After': String(Math.ceil(waitMs / 1_000)) };
			return { status: 429, text: 'Too many new connections', headers };
		}
		return undefined;
	}

	function decide(request: EngineRequest, response: object, next: () => void): void {
		if (!hasSeenProxy && request.headers['x-forwarded-for'] !== undefined) {
			hasSeenProxy = true;
			log.warn('Requests come through a proxy: set TRUST_PROXY, or all its clients count as one address');
		}
		const rejection = findRejection(request);
		if (!rejection) {
			if (!isResponse(response)) dropRequest(response);
			next();
		} else if (isResponse(response)) {
			response.setHeaders(new Map(Object.entries(rejection.headers ?? {})));
			answer(response, rejection.status, rejection.text);
		} else rejectUpgrade(request.socket, rejection.status, rejection.headers);
	}

	// The engine's boundary catches errors.
	engine.use(async (request: EngineRequest, response: object, next: () => void) => {
		// Requests of an open connection are not queued.
		if (!sidOf(request)) await new Promise<void>((resolve) => admission.enter(resolve));
		decide(request, response, next);
	});

	const connections = new Set<Connection>();
	// A shared function, here and below: a closure per connection would use memory for its lifetime.
	function forget(this: Connection): void {
		connections.delete(this);
		tally.remove(this.address);
	}
	function add(connection: Connection): void {
		connections.add(connection);
		// Read it now: later the request's TCP connection may have closed.
		connection.address = clientAddress(connection.request, trustedHops);
		connection.languages = connection.request.headers['accept-language'];
		tally.add(connection.address);
		connection.on('close', forgetGuarded);
		// The request with its headers takes a tenth of a connection's memory: https://socket.io/docs/v4/memory-usage/
		Object.assign(connection, { request: null });
	}
	const forgetGuarded = boundary.guard(forget);
	engine.on(
		'connection',
		boundary.guard(add, (connection) => cut(connection, 'failure'))
	);

	return connections;
}
