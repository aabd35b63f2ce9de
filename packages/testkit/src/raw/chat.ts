import type { Ready } from '../client/StockClient.ts';
import { chatPacket, connectPacket } from './packets.ts';
import type { WebSocketLine } from './WebSocketLine.ts';

const READY = '42/chat,["session:ready",';
const REJECTED = '44/chat,';

/** Joins the namespace of the echo. @returns false when the server ends the line instead */
export async function enterEcho(socket: WebSocketLine): Promise<boolean> {
	socket.send(connectPacket());
	return (await socket.untilHeard('40{')) !== undefined;
}

/**
 * Joins the namespace of the chat and waits until requests may begin.
 * @param auth what the client says about its session; without a token the server makes a guest
 * @returns what the server says about the session, with a token that is new; undefined when it rejects or ends the line
 */
export async function enterChat(socket: WebSocketLine, auth: object = {}): Promise<Ready | undefined> {
	socket.send(chatPacket(auth));
	const answer = await socket.until(
		'the session',
		() =>
			socket.packets.find((packet) => packet.startsWith(READY) || packet.startsWith(REJECTED)) ??
			(socket.isClosed ? REJECTED : undefined)
	);
	// As the server announces a session.
	return answer.startsWith(READY) ? (JSON.parse(answer.slice(READY.length, -1)) as Ready) : undefined;
}
