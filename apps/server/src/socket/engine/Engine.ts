import type { Transport } from 'engine.io';
import { TurnWriter } from '../../TurnWriter.ts';
import { GuardedEngine } from './GuardedEngine.ts';
import type { ServerInternals, WebSocketRequest } from './internals.ts';
import { WebSocketTransport } from './WebSocketTransport.ts';

/** Engine.IO with our transport for WebSocket; polling stays as it is. */
export class Engine extends GuardedEngine {
	readonly #turn = new TurnWriter();

	protected override createTransport(...[name, request]: Parameters<ServerInternals['createTransport']>): Transport {
		if (name !== 'websocket') return super.createTransport(name, request);
		return new WebSocketTransport(request as WebSocketRequest, this.#turn);
	}
}
