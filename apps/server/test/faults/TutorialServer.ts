/**
 * The chat of the tutorials, as small as they have it: messages live in memory, everybody hears of one before
 * anything else happens to it, and its acknowledgement says that it was heard. A program of its own.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

/** What a client of a tutorial may emit. */
export interface TutorialClientToServer {
	'chat message': (text: string, acknowledge: () => void) => void;
	/** Not of the tutorials: what the server has. */
	log: (tell: (texts: string[]) => void) => void;
}

export interface TutorialServerToClient {
	'chat message': (text: string) => void;
}

/** As short as that of the product under the same faults. */
const HEARTBEAT = { pingInterval: 500, pingTimeout: 1_500 };

if (import.meta.main) {
	const http = createServer();
	const io = new Server<TutorialClientToServer, TutorialServerToClient>(http, HEARTBEAT);
	const messages: string[] = [];

	io.on('connection', (socket) => {
		socket.on('chat message', (text, acknowledge) => {
			io.emit('chat message', text);
			messages.push(text);
			acknowledge();
		});
		socket.on('log', (tell) => tell(messages));
	});
	http.listen(0, '127.0.0.1');
}
