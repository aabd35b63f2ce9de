import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Boundary } from '../Boundary.ts';
import { Admission } from '../socket/Admission.ts';
import { answer, answerFailure, isResponse } from './answer.ts';
import { peerAddress } from './client-address.ts';
import { OpenConnections } from './OpenConnections.ts';
import { rejectUpgrade } from './reject-upgrade.ts';
import type { RequestRates } from './RequestRates.ts';

/** The most pipelined requests of a connection. Browsers wait for each response before the next request. */
const MAX_PIPELINED = 128;

export interface GuardOptions {
	boundary: Boundary;
	rates: RequestRates;
	/** Whether a request asks for the WebSocket upgrade. */
	isUpgrade: (request: IncomingMessage) => boolean;
}

/**
 * Runs before all listeners of requests and upgrades, which exist already. It answers excess requests with 429 and
 * closes their connection. After many of them, it closes all connections of the address, except WebSockets. Node.js
 * reads up to 64 KB of a connection at once, which can be 2,400 requests, and creates an object for each. Only unread
 * data costs nothing.
 */
export function guardRequests(http: Server, { boundary, rates, isUpgrade }: GuardOptions): void {
	const connections = new OpenConnections();
	const rejected = new WeakSet<Socket>();
	const unanswered = new WeakMap<Socket, number>();

	function admit(request: IncomingMessage, to: ServerResponse | Socket): boolean {
		const { socket } = request;
		const isRejected = rejected.has(socket);
		const waitMs = isRejected ? 0 : rates.take(request);
		if (!isRejected && waitMs === 0 && (unanswered.get(socket) ?? 0) < MAX_PIPELINED) return true;
		rates.rejected(request);
		const address = peerAddress(socket);
		// Behind a proxy, this is the proxy's address, which never has debt.
		if (rates.isBlocked(address)) connections.end(address);
		else if (!isRejected) reject(to, waitMs);
		rejected.add(socket);
		return false;
	}

	function count(socket: Socket, change: 1 | -1): void {
		unanswered.set(socket, (unanswered.get(socket) ?? 0) + change);
	}

	http.prependListener('connection', (connection) => {
		const address = peerAddress(connection);
		connections.add(address, connection);
		connection.once('close', () => connections.remove(address, connection));
	});

	const serve = takeListeners(http, 'request');
	const queue = new Admission();
	http.on('request', (request, response) => {
		const { socket } = request;
		request.on('error', ignore);
		response.on('error', ignore);
		if (asksForUpgrade(request)) response.setHeader('Connection', 'close');
		if (!admit(request, response)) return;
		count(socket, 1);
		response.once('close', () => count(socket, -1));
		// Serves a few per tick. A burst would otherwise delay all other requests until its last response.
		queue.enter(
			boundary.guard(
				() => {
					if (!socket.destroyed) serve(request, response);
				},
				() => answerFailure(response)
			)
		);
	});

	const upgrade = takeListeners(http, 'upgrade');
	http.on('upgrade', (request, _stream, head) => {
		const { socket } = request;
		if (!admit(request, socket)) return;
		// Node.js before 24.9 does not call `shouldUpgradeCallback`.
		if (!isUpgrade(request)) {
			rejectUpgrade(socket, 404);
			return;
		}
		connections.remove(peerAddress(socket), socket);
		upgrade(request, socket, head);
	});
}

/**
 * Whether a request asks for an upgrade that it does not get. Node.js drops the data behind such a request. The
 * connection must therefore close: the next data could begin in the middle of a request.
 */
function asksForUpgrade({ headers }: IncomingMessage): boolean {
	return headers.upgrade !== undefined && /\bupgrade\b/i.test(headers.connection ?? '');
}

function reject(to: ServerResponse | Socket, waitMs: number): void {
	const headers = { 'Retry-After': String(Math.max(Math.ceil(waitMs / 1_000), 1)), Connection: 'close' };
	if (!isResponse(to)) rejectUpgrade(to, 429, headers);
	else answer(to.setHeaders(new Map(Object.entries(headers))), 429, 'Too many requests');
}

/** Removes the listeners of an event. @returns a function that calls them all */
function takeListeners(http: Server, event: 'request' | 'upgrade'): (...args: unknown[]) => void {
	const listeners = http.listeners(event);
	http.removeAllListeners(event);
	return (...args) => {
		for (const listener of listeners) listener.apply(http, args);
	};
}

function ignore(): void {
	// A stream error concerns its client alone. Without a listener it would end the process.
}
