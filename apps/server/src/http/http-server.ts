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
	/** Counts the TCP connections by remote address. */
	tally: Tally;
	/** Whether an address may open connections now. */
	mayConnect: (address: string) => boolean;
	/**
	 * Whether an upgrade request is upgraded. The server serves others as ordinary requests, as RFC 9110, 7.8 allows.
	 */
	isUpgrade: (request: IncomingMessage) => boolean;
	timings: Timings;
}

/**
 * Makes an HTTP server with bounded costs per connection: time-outs, headers of at most 16 KB, and a number of
 * connections. All its listeners run behind the boundary, including later ones.
 */
export function createHttpServer({ boundary, tally, mayConnect, isUpgrade, timings }: HttpServerOptions): Server {
	// Node.js before 24.9 ignores `shouldUpgradeCallback`: all upgrades then go to the listeners of `upgrade`.
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
			// Before Node.js creates a parser for it.
			if (isAccepted(connection)) guardedEmit.call(http, 'connection', connection);
			else connection.destroy();
		},
		(connection) => connection.destroy()
	);
	http.emit = (event: string | symbol, ...args: unknown[]) => {
		// Passes the error on to the caller of `listen`.
		if (event === 'error') return emit(event, ...args);
		const [connection] = args;
		if (event !== 'connection' || !(connection instanceof Socket)) return guardedEmit.call(http, event, ...args);
		enter(connection);
		return true;
	};

	function isAccepted(connection: Socket): boolean {
		const address = peerAddress(connection);
		return mayConnect(address) && !tally.isFull(address);
	}

	http.on('connection', (connection) => {
		// Node.js removes its own listener when the connection becomes a WebSocket.
		connection.on('error', ignore);
		const address = peerAddress(connection);
		tally.add(address);
		connection.once('close', () => tally.remove(address));
	});
	return http;
}

/** Ends the request or the connection of a server event. */
function abandon(args: unknown[]): void {
	const [first, second] = args;
	if (isResponse(second)) answerFailure(second);
	else if (second instanceof Socket) rejectUpgrade(second, 500);
	else if (first instanceof Socket) first.destroy();
}

function ignore(): void {
	// Node.js closes the stream, and its users notice that.
}
