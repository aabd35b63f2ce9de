import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { nextEvent } from './next-event.ts';

export type EchoClient = Socket<EchoServerToClient, EchoClientToServer>;

/** A stock client that knows the two events of the echo and nothing else; closed when the test ends. */
export async function connectEcho(
	url: string,
	options: Partial<ManagerOptions & SocketOptions> = {}
): Promise<EchoClient> {
	const socket: EchoClient = io(url, { forceNew: true, ...options });
	onTestFinished(() => void socket.disconnect());
	await nextEvent(socket, 'connect');
	return socket;
}

/** Asks the echo and answers with what it said. */
export async function ask(socket: EchoClient, text: string): Promise<unknown> {
	const answer = nextEvent(socket, 'eventFromServer');
	socket.emit('eventFromClient', text);
	return await answer;
}
