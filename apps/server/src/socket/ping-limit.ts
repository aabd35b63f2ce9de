import { WebSocketServer, type ServerOptions } from 'ws';
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
	return class extends WebSocketServer {
		override handleUpgrade(...[request, connection, head, onOpen]: Parameters<WebSocketServer['handleUpgrade']>): void {
			super.handleUpgrade(request, connection, head, (webSocket, opening) => {
				const key = String((opened += 1));
				webSocket.on('ping', () => {
					if (pings.tryTake(key) || webSocket.readyState !== webSocket.OPEN) return;
					webSocket.terminate();
					onFlood();
				});
				onOpen(webSocket, opening);
			});
		}
	};
}
