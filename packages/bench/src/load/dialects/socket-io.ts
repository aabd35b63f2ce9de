import { enterEcho } from '@digda/testkit/raw/chat.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';

/** Opens a connection in the namespace `/`. */
export async function enterRoot(port: number): Promise<WebSocketLine> {
	const socket = await WebSocketLine.openAccepted(port);
	if (!(await enterEcho(socket))) throw new Error('the server ended a connection');
	return socket;
}
