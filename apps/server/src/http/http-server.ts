import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Boundary } from '../Boundary.ts';
import type { Tally } from '../limits/Tally.ts';
import type { Timings } from '../timings.ts';
import { answerFailure, isResponse } from './answer.ts';
import { peerAddress } from './client-address.ts';
import { rejectUpgrade } from './reject-upgrade.ts';

export interface HttpServerOptions {
	boundary: Boundary;
	/** Of TCP connections by the address of the other side. */
	tally: Tally;
	/** Whether an address may open connections at the moment. */
	mayConnect: (address: string) => boolean;
	/** Whether a request for an upgrade gets one. All others are served as if they had not asked, as RFC 9110, 7.8 allows. */
	isUpgrade: (request: IncomingMessage) => boolean;
	timings: Timings;
}

/**
 * An http server that bounds what a connection costs: time-outs, headers of at most 16 KB, and so many connections.
 * Every listener of it runs behind the boundary, those that others add, too.
 */
export function createHttpServer({ boundary, tally, mayConnect, isUpgrade, timings }: HttpServerOptions): Server {
	// Node.js before 24.9 knows no such callback: there all upgrades go to the listeners of `upgrade`.
	const http = createServer({
		headersTimeout: timings.headersTimeoutMs,
		requestTimeout: timings.requestTimeoutMs,
		connectionsCheckingInterval: timings.requestCheckIntervalMs,
		keepAliveTimeout: timings.keepAliveTimeoutMs,
		shouldUpgradeCallback: isUpgrade
	});
	http.timeout = timings.silenceTimeoutMs;
	const emit = http.emit.bind(http);
	const guardedEmit = boundary.createEmit((_http, args) => abandon(args));
	const enter = boundary.guard(
		(connection: Socket) => {
			// Before Node.js makes a parser for it.
			if (isWelcome(connection)) guardedEmit.call(http, 'connection', connection);
			else connection.destroy();
		},
		(connection) => connection.destroy()
	);
	http.emit = (event: string | symbol, ...args: unknown[]) => {
		// Whoever starts the server is told why it cannot listen.
		if (event === 'error') return emit(event, ...args);
		const [connection] = args;
		if (event !== 'connection' || !(connection instanceof Socket)) return guardedEmit.call(http, event, ...args);
		enter(connection);
		return true;
	};

	function isWelcome(connection: Socket): boolean {
		const address = peerAddress(connection);
		return mayConnect(address) && !tally.isFull(address);
	}

	http.on('connection', (connection) => {
		// Node.js has a listener of its own, and takes it away when the connection becomes a WebSocket.
		connection.on('error', ignore);
		const address = peerAddress(connection);
		tally.add(address);
		connection.once('close', () => tally.remove(address));
	});
	return http;
}

/** Ends the request or the connection that an event of the server is about. */
function abandon(args: unknown[]): void {
	const [first, second] = args;
	if (isResponse(second)) answerFailure(second);
	else if (second instanceof Socket) rejectUpgrade(second, 500);
	else if (first instanceof Socket) first.destroy();
}

function ignore(): void {
	// The stream is closed then, and whoever uses it sees that.
}
