import { echoAnswer, MessageText, type EchoClientToServer, type EchoServerToClient } from '@digda/protocol';
import type { Server } from 'socket.io';
import type { Logger } from '../log.ts';
import { respond } from './respond.ts';

export type EchoServer = Server<EchoClientToServer, EchoServerToClient>;

/** The front door: answers every text of the namespace `/` to its sender. */
export function registerEcho(io: EchoServer, log: Logger): void {
	io.on('connection', (socket) => {
		log.info({ transport: socket.conn.transport.name }, `Client connected: ${socket.id}`);

		socket.on(
			'eventFromClient',
			respond(log, MessageText, (text) => {
				log.info(`📟 Message from client: ${text}`);
				socket.emit('eventFromServer', echoAnswer(text));
			})
		);

		socket.on('disconnect', (reason) => {
			log.info({ reason }, `Client disconnected: ${socket.id}`);
		});
	});
}
