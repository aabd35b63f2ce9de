import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Boundary } from '../Boundary.ts';
import { Admission } from '../socket/Admission.ts';
import { answer, answerFailure, isResponse } from './answer.ts';
import { peerAddress } from './client-address.ts';
import { OpenConnections } from './OpenConnections.ts';
import { rejectUpgrade } from './reject-upgrade.ts';
import type { RequestRates } from './RequestRates.ts';

/** Requests of one connection that wait for their answers. No browser sends the next before it has the last answer. */
const MAX_PIPELINED = 128;

export interface DoorOptions {
	boundary: Boundary;
	rates: RequestRates;
	/** Whether there is anything that a request can be upgraded to. */
	isUpgrade: (request: IncomingMessage) => boolean;
}

/**
 * Puts itself before all listeners of requests and upgrades, as Engine.IO puts its own before those that were there.
 * A request that comes too early is answered with 429, and its connection is closed; after many of them all connections of
 * its address are, apart from WebSockets. Node.js reads up to 64 KB of a connection at once, which are 2,400 requests, and
 * makes an object of each: only what is not read costs nothing.
 */
export function addDoor(http: Server, { boundary, rates, isUpgrade }: DoorOptions): void {
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
		// Behind a proxy the address of the other side is the proxy's, and owes nothing.
		if (rates.isOut(address)) connections.end(address);
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
		// A few in each tick: whatever comes together would keep everybody else waiting until its last answer.
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
		// Only where Node.js does not ask before.
		if (!isUpgrade(request)) {
			rejectUpgrade(socket, 404);
			return;
		}
		connections.remove(peerAddress(socket), socket);
		upgrade(request, socket, head);
	});
}

/**
 * Whether a request has asked for an upgrade that it does not get. Node.js drops what was read behind it, so that its
 * connection must not go on: what comes next could begin in the middle of a request.
 */
function asksForUpgrade({ headers }: IncomingMessage): boolean {
	return headers.upgrade !== undefined && /\bupgrade\b/i.test(headers.connection ?? '');
}

function reject(to: ServerResponse | Socket, waitMs: number): void {
	const headers = { 'Retry-After': String(Math.max(Math.ceil(waitMs / 1_000), 1)), Connection: 'close' };
	if (!isResponse(to)) rejectUpgrade(to, 429, headers);
	else answer(to.setHeaders(new Map(Object.entries(headers))), 429, 'Too many requests');
}

/** Takes the listeners of an event away. @returns what calls them all */
function takeListeners(http: Server, event: 'request' | 'upgrade'): (...args: unknown[]) => void {
	const listeners = http.listeners(event);
	http.removeAllListeners(event);
	return (...args) => {
		for (const listener of listeners) listener.apply(http, args);
	};
}

function ignore(): void {
	// The error of a stream is that of its client, who gets nothing more. Without a listener it would end the process.
}
