import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';
import { TokenBuckets } from '../limits/TokenBuckets.ts';

/** Pings of WebSocket itself on one connection: no browser sends any, other clients and proxies a few in a minute. */
const PING_RATE = { burst: 20, perSecond: 1 };

/**
 * A server of WebSockets for Engine.IO that ends those whose pings do not end. Engine.IO does not hear of such pings, and
 * the pongs to somebody who does not read them would fill the memory.
 * @param onFlood is told of each that was ended
 */
export function limitPings(onFlood: () => void): new (options: ServerOptions) => WebSocketServer {
	const pings = new TokenBuckets(PING_RATE);
	let opened = 0;

	// One function for all sockets, which find their key on themselves.
	function onPing(this: WebSocket & { key?: string }): void {
		this.key ??= String((opened += 1));
		if (pings.tryTake(this.key) || this.readyState !== this.OPEN) return;
		this.terminate();
		onFlood();
	}

	class LimitedWebSocket extends WebSocket {
		constructor(...args: ConstructorParameters<typeof WebSocket>) {
			super(...args);
			this.on('ping', onPing);
		}
	}

	return class extends WebSocketServer {
		constructor(options: ServerOptions) {
			// The types of `ws` have clients in mind, which name an address.
			super({ ...options, WebSocket: LimitedWebSocket as never });
		}
	};
}
