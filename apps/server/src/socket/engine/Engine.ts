import type { Server, Transport } from 'engine.io';
import { TurnWriter } from '../../TurnWriter.ts';
import { GuardedEngine } from './GuardedEngine.ts';
import { WebSocketTransport, type WebSocketRequest } from './WebSocketTransport.ts';

/** Engine.IO with our transport for WebSocket; polling stays as it is. */
export class Engine extends GuardedEngine {
	readonly #turn = new TurnWriter();

	protected override createTransport(...[name, request]: Parameters<Server['createTransport']>): Transport {
		if (name !== 'websocket') return super.createTransport(name, request);
		return new WebSocketTransport(request as unknown as WebSocketRequest, this.#turn);
	}
}
