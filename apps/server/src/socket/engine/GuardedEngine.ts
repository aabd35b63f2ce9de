import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import { Server } from 'engine.io';
import type { Boundary } from '../../Boundary.ts';
import { answerFailure, isResponse } from '../../http/answer.ts';
import { rejectUpgrade } from '../../http/reject-upgrade.ts';
import { hasConnection, hasWebSocket, type ServerInternals } from './internals.ts';

type Middlewares = Parameters<ServerInternals['_applyMiddlewares']>;
type Handshake = Parameters<ServerInternals['handshake']>;

/**
 * Engine.IO behind a boundary. Engine.IO runs handlers in promises and stream events without error handling. Behind the
 * boundary, an error ends only its connection.
 */
export class GuardedEngine extends Server {
	readonly #boundary: Boundary;
	/** Replaces `emit` of request streams. */
	readonly #emit: TcpSocket['emit'];

	constructor(options: ConstructorParameters<typeof Server>[0], boundary: Boundary) {
		super(options);
		this.#boundary = boundary;
		// The emitters are requests, responses and TCP connections only.
		this.#emit = boundary.createEmit((stream) => endConnection(stream as IncomingMessage | ServerResponse | TcpSocket));
	}

	/** Whether a connection with this id is open. */
	has(id: string): boolean {
		return hasConnection(this, id);
	}

	override handleRequest(request: IncomingMessage, response: ServerResponse): void {
		Object.assign(request, { emit: this.#emit });
		Object.assign(response, { emit: this.#emit });
		super.handleRequest(request, response);
	}

	override handleUpgrade(...[request, connection, head]: Parameters<Server['handleUpgrade']>): void {
		Object.assign(connection, { emit: this.#emit });
		super.handleUpgrade(request, connection, head);
	}

	protected override _applyMiddlewares(...[request, response, callback]: Middlewares): void {
		const next = (error?: unknown): void => {
			// Engine.IO would answer it as an error of the client.
			if (error !== undefined)
				throw error instanceof Error ? error : new Error('A middleware failed', { cause: error });
			callback();
		};
		super._applyMiddlewares(
			request,
			response,
			this.#boundary.guard(next, () => abandon(request, response))
		);
	}

	protected override async handshake(...[transport, request, close]: Handshake): Promise<unknown> {
		try {
			// The result is untyped and unused.
			return await super.handshake(transport, request, close);
		} catch (error) {
			this.#boundary.handle(error, () => request.socket.destroy());
			return undefined;
		}
	}
}

/** Ends a request whose handling failed. @param response a stand-in for an upgrade request */
function abandon(request: IncomingMessage, response: ServerResponse): void {
	if (isResponse(response)) answerFailure(response);
	else if (hasWebSocket(request)) request.socket.destroy();
	else rejectUpgrade(request.socket, 500);
}

function endConnection(stream: IncomingMessage | ServerResponse | TcpSocket): void {
	if (isResponse(stream)) stream.req.socket.destroy();
	else if ('httpVersion' in stream) stream.socket.destroy();
	else stream.destroy();
}
