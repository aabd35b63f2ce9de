import { createServer, type Server } from 'node:http';
import type { Tally } from '../limits/Tally.ts';
import { peerAddress } from './client-address.ts';

/** Whoever writes a request slowly is gone after these, in milliseconds. */
const TIME_OUTS = {
	headersTimeout: 10_000,
	/** For the whole of it: 64 KB on the slowest line of a phone. */
	requestTimeout: 30_000,
	connectionsCheckingInterval: 2_000,
	keepAliveTimeout: 5_000
};

/** Whoever reads an answer slowly is gone after this; a polling client hears something every 15 s. */
const SILENCE_MS = 40_000;

/**
 * An http server that bounds what a connection costs: time-outs, headers of at most 16 KB, and so many connections.
 * @param tally of TCP connections by the address of the other side
 */
export function createHttpServer(tally: Tally): Server {
	const http = createServer(TIME_OUTS);
	http.timeout = SILENCE_MS;
	http.on('connection', (connection) => {
		const address = peerAddress(connection);
		if (tally.isFull(address)) {
			connection.destroy();
			return;
		}
		tally.add(address);
		connection.once('close', () => tally.remove(address));
	});
	return http;
}
