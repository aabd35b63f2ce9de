import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { nextEvent } from './next-event.ts';

export type EchoClient = Socket<EchoServerToClient, EchoClientToServer>;

/** Connects a stock client to the echo. It is closed when the test ends. */
export async function connectEcho(
	url: string,
	options: Partial<ManagerOptions & SocketOptions> = {}
): Promise<EchoClient> {
	const socket: EchoClient = io(url, { forceNew: true, ...options });
	onTestFinished(() => void socket.disconnect());
	await nextEvent(socket, 'connect');
	return socket;
}

/** Sends a text to the echo. @returns its answer */
export async function ask(socket: EchoClient, text: string): Promise<unknown> {
	const answer = nextEvent(socket, 'eventFromServer');
	socket.emit('eventFromClient', text);
	return await answer;
}
