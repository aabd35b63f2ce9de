/**
 * The chat of the tutorials, as a program of its own. It keeps messages in memory, broadcasts each one first, and then
 * acknowledges it.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

/** The events that a client of a tutorial may emit. */
export interface TutorialClientToServer {
	'chat message': (text: string, acknowledge: () => void) => void;
	/** Returns the messages of the server. The tutorials do not have this event. */
	log: (tell: (texts: string[]) => void) => void;
}

export interface TutorialServerToClient {
	'chat message': (text: string) => void;
}

/** The heartbeat of digda under the same faults. */
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
