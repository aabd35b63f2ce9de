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

/** Where the sockets are; exactly there. */
export const PATH = '/socket.io/';

/** A header is at most 16 KB long, a line of the log should not be. */
const MAX_LOGGED_ORIGIN = 200;

export interface EdgeOptions {
	log: Logger;
	boundary: Boundary;
	/** For what clients cause at will. */
	logs: ClientLogs;
	/** Origins whose pages may connect, besides the server's own. */
	origins: readonly string[];
	/** How many proxies stand before this server. */
	trustedHops: number;
	limits: Limits;
	/** Of connections by address, whatever carries them. */
	tally: Tally;
	isClosing: () => boolean;
}

/**
 * Whether a request is to become a WebSocket: the one upgrade that there is. Engine.IO has it at one path, where a polling
 * client may ask for another protocol.
 */
export function asksForWebSocket(request: IncomingMessage): boolean {
	return request.headers.upgrade?.toLowerCase() === 'websocket' && pathOf(request) === PATH;
}

/** The id of the connection that a request belongs to, as Engine.IO reads it; undefined when it names none. */
export function connectionIdOf(request: IncomingMessage): string | undefined {
	const { url = '' } = request;
	return pathOf(request) === PATH ? new URLSearchParams(url.slice(PATH.length)).getAll('sid').at(-1) : undefined;
}

/** Why a request is not served: a status, a word about it, and what else to say. */
interface HttpRejection {
	status: number;
	text: string;
	headers?: Record<string, string>;
}

/**
 * Decides about every request of both transports before Engine.IO hears of it. Browsers do not apply CORS to WebSocket,
 * and Socket.IO's `allowRequest` sees the first request of a connection alone.
 * @returns the connections that are open
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
			logs.origins.warn({}, `Rejected the origin ${origin}: CLIENT_ORIGIN lets it in`);
			return { status: 403, text: 'This origin may not connect' };
		}
		if (sidOf(request)) return undefined;
		// What follows is about new connections.
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
			log.warn('A proxy stands before this server: with TRUST_PROXY its clients would not count as one address');
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

	// What it throws or rejects is held by the engine.
	engine.use(async (request: EngineRequest, response: object, next: () => void) => {
		// An open connection has been let in.
		if (!sidOf(request)) await new Promise<void>((resolve) => admission.enter(resolve));
		decide(request, response, next);
	});

	const connections = new Set<Connection>();
	// One function for all connections, here and below: a closure for each is memory that lives as long as it does.
	function forget(this: Connection): void {
		connections.delete(this);
		tally.remove(this.address);
	}
	function add(connection: Connection): void {
		connections.add(connection);
		// Now: later the request may have lost its line.
		connection.address = clientAddress(connection.request, trustedHops);
		connection.languages = connection.request.headers['accept-language'];
		tally.add(connection.address);
		connection.on('close', forgetGuarded);
		// With its headers it is a tenth of what a connection holds: https://socket.io/docs/v4/memory-usage/
		Object.assign(connection, { request: null });
	}
	const forgetGuarded = boundary.guard(forget);
	engine.on(
		'connection',
		boundary.guard(add, (connection) => cut(connection, 'failure'))
	);

	return connections;
}
