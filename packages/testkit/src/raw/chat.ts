import type { Ready } from '../client/StockClient.ts';
import { chatPacket, connectPacket } from './packets.ts';
import type { WebSocketLine } from './WebSocketLine.ts';

const READY = '42/chat,["session:ready",';
const REJECTED = '44/chat,';

/** Joins the namespace of the echo. @returns false when the server ends the connection instead */
export async function enterEcho(socket: WebSocketLine): Promise<boolean> {
	socket.send(connectPacket());
	return (await socket.untilHeard('40{')) !== undefined;
}

/**
 * Joins the namespace of the chat and waits until requests may begin.
 * @param auth the credentials; without a token the server makes a guest
 * @returns the payload of session:ready; undefined when the server rejects the session or ends the connection
 */
export async function enterChat(socket: WebSocketLine, auth: object = {}): Promise<Ready | undefined> {
	socket.send(chatPacket(auth));
	const answer = await socket.until(
		'the session',
		() =>
			socket.packets.find((packet) => packet.startsWith(READY) || packet.startsWith(REJECTED)) ??
			(socket.isClosed ? REJECTED : undefined)
	);
	// The payload of session:ready.
	return answer.startsWith(READY) ? (JSON.parse(answer.slice(READY.length, -1)) as Ready) : undefined;
}
