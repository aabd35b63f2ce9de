import type { IncomingMessage } from 'node:http';
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';
import { SharedBuckets, sharedRate } from '../limits/SharedBuckets.ts';

/**
 * The rate of WebSocket pings and pongs on a connection. Browsers send none; other clients and proxies send a few per
 * minute.
 */
const PING_RATE = sharedRate({ burst: 20, perSecond: 1 });

/** A packet has at most 64 KB. The project's clients do not fragment it; a proxy may. */
const MAX_FRAGMENTS = 256;

/** A WebSocket with the keys of its rate limits. */
type CountedWebSocket = WebSocket & { key?: string; address?: string };

/**
 * Makes a WebSocket server for Engine.IO that terminates connections with too many pings. Engine.IO does not see such
 * pings, and unread pongs would fill the memory.
 * @param addressOf the address by which a client is counted
 * @param onFlood is called for each terminated connection
 */
export function limitPings(
	addressOf: (request: IncomingMessage) => string,
	onFlood: () => void
): new (options: ServerOptions) => WebSocketServer {
	const pings = new SharedBuckets(PING_RATE);
	let opened = 0;

	// A shared function; the keys are on the socket.
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
			// The types of `ws` expect the constructor of a client, which takes an address.
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
