import { randomUUID } from 'node:crypto';
import type { ChatClientToServer, ChatServerToClient } from '@digda/protocol';
import { io, type Socket } from 'socket.io-client';

/** Somebody without a browser who says things in a room, one after the other. */
export async function talk(url: string, room: string, texts: string[]): Promise<void> {
	const socket: Socket<ChatServerToClient, ChatClientToServer> = io(`${url}/chat`, {
		...{ forceNew: true, transports: ['websocket'] }
	});
	await new Promise((resolve) => socket.once('session:ready', resolve));
	await socket.emitWithAck('room:join', { room });
	await Promise.all(texts.map((text) => socket.emitWithAck('message:send', { room, id: randomUUID(), text })));
	socket.disconnect();
}
