import { STATUS_CODES, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Server } from 'socket.io';
import { answer } from '../http/answer.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Limits } from '../limits/Limits.ts';
import type { Tally } from '../limits/Tally.ts';
import type { Logger } from '../log.ts';
import { isOriginAllowed } from '../origins.ts';
import { Admission } from './Admission.ts';
import type { ClientLogs } from './client-logs.ts';
import type { Connection } from './connection.ts';

/** Where the sockets are; exactly there. */
export const PATH = '/socket.io/';

/** A header is at most 16 KB long, a line of the log should not be. */
const MAX_LOGGED_ORIGIN = 200;

export interface EdgeOptions {
	log: Logger;
	logs: Pick<ClientLogs, 'origins'>;
	/** Origins whose pages may connect, besides the server's own. */
	origins: readonly string[];
	/** How many proxies stand before this server. */
	trustedHops: number;
	limits: Limits;
	/** Of connections by address, whatever carries them. */
	tally: Tally;
	isClosing: () => boolean;
}

/** A request with its query as Engine.IO reads it: without a `sid` it begins a connection. */
interface EngineRequest extends IncomingMessage {
	_query: { sid?: string };
}

/** Why a request is not served: a status, a word about it, and what else to say. */
interface Refused {
	status: number;
	text: string;
	headers?: Record<string, string>;
}

/**
 * Decides about every request of both transports before Engine.IO hears of it. Browsers do not apply CORS to WebSocket,
 * and Socket.IO's `allowRequest` sees the first request of a connection alone.
 * @returns the connections that are open
 */
export function guardEdge(http: HttpServer, { engine }: Server, options: EdgeOptions): ReadonlySet<Connection> {
	const { log, logs, origins, trustedHops, limits, tally, isClosing } = options;
	const admission = new Admission();
	let hasSeenProxy = trustedHops > 0;

	function refusal(request: EngineRequest): Refused | undefined {
		const { method, url = '', headers, _query } = request;
		const [path] = url.split('?', 1);
		if (path !== PATH) return { status: 404, text: 'Not found' };
		if (!['GET', 'POST'].includes(method ?? '')) {
			return { status: 405, text: 'Method not allowed', headers: { Allow: 'GET, POST' } };
		}
		if (!isOriginAllowed(headers, origins)) {
			const origin = headers.origin?.slice(0, MAX_LOGGED_ORIGIN);
			logs.origins.warn({}, `Refused the origin ${origin}: CLIENT_ORIGIN lets it in`);
			return { status: 403, text: 'This origin may not connect' };
		}
		if (_query.sid) return undefined;
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

	function decide(request: EngineRequest, response: ServerResponse, next: () => void): void {
		if (!hasSeenProxy && request.headers['x-forwarded-for'] !== undefined) {
			hasSeenProxy = true;
			log.warn('A proxy stands before this server: with TRUST_PROXY its clients would not count as one address');
		}
		const refused = refusal(request);
		if (!refused) {
			// The stand-in for a response lives as long as the connection, and would keep the request with it.
			if (request.headers.upgrade !== undefined) Object.assign(response, { req: null });
			next();
		} else if (request.headers.upgrade === undefined) {
			response.setHeaders(new Map(Object.entries(refused.headers ?? {})));
			answer(response, refused.status, refused.text);
		} else refuseUpgrade(request.socket, refused.status);
	}

	engine.use((request: EngineRequest, response: ServerResponse, next: () => void) => {
		// An open connection has been let in.
		if (request._query.sid) decide(request, response, next);
		else admission.enter(() => decide(request, response, next));
	});

	const connections = new Set<Connection>();
	// One function for all connections, here and below: a closure for each is memory that lives as long as it does.
	function forget(this: Connection): void {
		connections.delete(this);
		tally.remove(this.address);
	}
	engine.on('connection', (connection: Connection) => {
		connections.add(connection);
		// Now: later the request may have lost its line.
		connection.address = clientAddress(connection.request, trustedHops);
		connection.languages = connection.request.headers['accept-language'];
		tally.add(connection.address);
		connection.on('close', forget);
		// All that is needed of it is known. With its headers it is a tenth of what a connection holds.
		Object.assign(connection, { request: null });
	});

	// First in line: a client that resets the connection during the handshake must not end the process.
	http.prependListener('upgrade', ({ url = '' }: IncomingMessage, connection: TcpSocket) => {
		connection.on('error', ignore);
		if (!url.startsWith(PATH)) refuseUpgrade(connection, 404);
	});

	return connections;
}

const ignore = (): undefined => undefined;

/** There is no response yet when a request for an upgrade is refused, only the connection. */
function refuseUpgrade(connection: TcpSocket, status: number): void {
	connection.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
	connection.destroySoon();
}
