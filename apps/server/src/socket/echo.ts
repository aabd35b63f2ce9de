import { echoAnswer, MessageText, type EchoClientToServer, type EchoServerToClient } from '@digda/protocol';
import type { Server, Socket } from 'socket.io';
import { excerpt } from '../excerpt.ts';
import { RejectionError } from '../rejection.ts';
import type { Shared } from './chat-types.ts';
import { connectionOf, cutFailed } from './connection.ts';
import { handler, serveEvents, type Handlers } from './events.ts';

export type EchoServer = Server<EchoClientToServer, EchoServerToClient>;
type EchoSocket = Socket<EchoClientToServer, EchoServerToClient>;

/** How much of a text is logged, in code points. */
const MAX_LOGGED_TEXT = 200;

/** The front door: answers every text of the namespace `/` to its sender. */
export function registerEcho(io: EchoServer, { log, logs, boundary, limits, metrics, conduct }: Shared): void {
	const handlers: Handlers<EchoClientToServer, EchoSocket> = {
		eventFromClient: handler(MessageText, (text, socket) => {
			if (logs.messages.admits('info', connectionOf(socket).address)) {
				log.info(`📟 Message from client: ${excerpt(text, MAX_LOGGED_TEXT)}`);
			}
			socket.emit('eventFromServer', echoAnswer(text));
			return {};
		})
	};

	/** Nothing is dropped in silence: whoever asks too fast is closed. */
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
