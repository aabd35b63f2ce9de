import type { IncomingMessage } from 'node:http';
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';
import { SharedBuckets, sharedRate } from '../limits/SharedBuckets.ts';

/** Pings and pongs of WebSocket itself on one connection: no browser sends any, other clients and proxies a few in a minute. */
const PING_RATE = sharedRate({ burst: 20, perSecond: 1 });

/** A packet is at most 64 KB; no client of ours sends one in parts, a proxy may do so. */
const MAX_FRAGMENTS = 256;

/** A WebSocket with the names by which its pings are counted. */
type CountedWebSocket = WebSocket & { key?: string; address?: string };

/**
 * A server of WebSockets for Engine.IO that ends those whose pings do not end. Engine.IO does not hear of such pings, and
 * the pongs to somebody who does not read them would fill the memory.
 * @param addressOf the address by which a client is counted
 * @param onFlood is told of each that was ended
 */
export function limitPings(
	addressOf: (request: IncomingMessage) => string,
	onFlood: () => void
): new (options: ServerOptions) => WebSocketServer {
	const pings = new SharedBuckets(PING_RATE);
	let opened = 0;

	// One function for all sockets, which find their names on themselves.
	function onPing(this: CountedWebSocket): void {
		this.key ??= String((opened += 1));
		if (pings.tryTake(this.key, this.address ?? '') === 0 || this.readyState !== this.OPEN) return;
		this.terminate();
		onFlood();
	}

	class LimitedWebSocket extends WebSocket {
		constructor(...args: ConstructorParameters<typeof WebSocket>) {
			super(...args);
			this.on('ping', onPing);
			this.on('pong', onPing);
		}
	}

	return class extends WebSocketServer {
		constructor(options: ServerOptions) {
			// The types of `ws` have clients in mind, which name an address.
			super({ ...options, maxFragments: MAX_FRAGMENTS, WebSocket: LimitedWebSocket as never });
		}

		override handleUpgrade(...[request, socket, head, done]: Parameters<WebSocketServer['handleUpgrade']>): void {
			const address = addressOf(request);
			// Before its first frame is read.
			super.handleUpgrade(request, socket, head, (webSocket, ...rest) =>
				done(Object.assign(webSocket, { address }), ...rest)
			);
		}
	};
}
