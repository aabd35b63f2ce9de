import type { Transport } from 'engine.io';
import { TickWriter } from '../../TickWriter.ts';
import { GuardedEngine } from './GuardedEngine.ts';
import type { ServerInternals, WebSocketRequest } from './internals.ts';
import { WebSocketTransport } from './WebSocketTransport.ts';

/** Engine.IO with this server's WebSocket transport. Polling is unchanged. */
export class Engine extends GuardedEngine {
	readonly #tickWriter = new TickWriter();

	protected override createTransport(...[name, request]: Parameters<ServerInternals['createTransport']>): Transport {
		if (name !== 'websocket') return super.createTransport(name, request);
		return new WebSocketTransport(request as WebSocketRequest, this.#tickWriter);
	}
}
