import { randomUUID } from 'node:crypto';
import type { ChatClientToServer, ChatServerToClient } from '@digda/protocol';
import { dataOf } from '@digda/sync';
import { io, type Socket } from 'socket.io-client';

/** Somebody without a browser. */
export type Visitor = Socket<ChatServerToClient, ChatClientToServer>;

/** Connects somebody without a browser; whoever does so disconnects them. */
export async function visit(url: string): Promise<Visitor> {
	const socket: Visitor = io(`${url}/chat`, { forceNew: true, transports: ['websocket'] });
	await new Promise((resolve) => socket.once('session:ready', resolve));
	return socket;
}

/** Somebody without a browser who says things in a room, one after the other. */
export async function talk(url: string, room: string, texts: string[]): Promise<void> {
	const socket = await visit(url);
	dataOf(await socket.emitWithAck('room:join', { room }));
	const sent = texts.map((text) => socket.emitWithAck('message:send', { room, id: randomUUID(), text }));
	for (const reply of await Promise.all(sent)) dataOf(reply);
	socket.disconnect();
}
