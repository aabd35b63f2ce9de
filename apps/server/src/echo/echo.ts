import { echoAnswer, MessageText, type EchoClientToServer, type EchoServerToClient } from '@digda/protocol';
import type { Server, Socket } from 'socket.io';
import { excerpt } from '../excerpt.ts';
import { RejectionError } from '../rejection.ts';
import type { Shared } from '../socket/chat-types.ts';
import { connectionOf, cutFailed } from '../socket/connection.ts';
import { handler, serveEvents, type Handlers } from '../socket/events.ts';

export type EchoServer = Server<EchoClientToServer, EchoServerToClient>;
type EchoSocket = Socket<EchoClientToServer, EchoServerToClient>;
export type EchoHandlers = Handlers<EchoClientToServer, EchoSocket>;

/** The most code points of a text that are logged. */
const MAX_LOGGED_TEXT = 200;

/** Answers every text of the namespace `/` to its sender. */
export function answerEcho({ log, logs }: Shared): EchoHandlers['eventFromClient'] {
	return handler(MessageText, (text, socket) => {
		if (logs.messages.admits('info', connectionOf(socket).address)) {
			log.info(`📟 Message from client: ${excerpt(text, MAX_LOGGED_TEXT)}`);
		}
		socket.emit('eventFromServer', echoAnswer(text));
		return {};
	});
}

/** Serves the namespace `/`. */
export function serveEcho(io: EchoServer, shared: Shared, handlers: EchoHandlers): void {
	const { logs, boundary, limits, metrics, conduct } = shared;

	/** Closes a connection that sends too fast, so that no text is dropped silently. */
	function admit(socket: EchoSocket): void {
		const connection = connectionOf(socket);
		if (limits.echo(connection.id, connection.address) === 0) return;
		conduct.cut(connection, 'flood');
		throw new RejectionError('rate_limited', 'too many texts at once');
	}

	const serve = serveEvents<EchoSocket>({ ...handlers }, { admit, boundary, conduct, log: logs.failures, metrics });
	function greet(socket: EchoSocket): void {
		const { address } = connectionOf(socket);
		logs.connections.info({ transport: socket.conn.transport.name }, `Client connected: ${socket.id}`, address);
		serve(socket);
		const logDisconnection = (reason: string) =>
			logs.disconnections.info({ reason }, `Client disconnected: ${socket.id}`, address);
		socket.on('disconnect', boundary.guard(logDisconnection));
	}
	io.on('connection', boundary.guard(greet, cutFailed));
}
