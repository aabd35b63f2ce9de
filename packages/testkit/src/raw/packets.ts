import { PROTOCOL } from '@digda/protocol';

/** The types of Engine.IO's packets: the first character of each. */
export const ENGINE = { open: '0', close: '1', ping: '2', pong: '3', message: '4', upgrade: '5', noop: '6' } as const;

/** The types of Socket.IO's packets: the first character of the message of Engine.IO that holds one. */
export const SOCKET = {
	connect: '0',
	disconnect: '1',
	event: '2',
	ack: '3',
	connectError: '4',
	binaryEvent: '5',
	binaryAck: '6'
} as const;

/** A packet of Socket.IO in a message of Engine.IO. @param rest the text after the type */
export function packet(type: keyof typeof SOCKET, rest = ''): string {
	return ENGINE.message + SOCKET[type] + rest;
}

/** Joins a namespace. The echo has no name. */
export function connectPacket(namespace: '' | '/chat' = '', auth?: unknown): string {
	return packet('connect', prefix(namespace) + (auth === undefined ? '' : JSON.stringify(auth)));
}

/** Joins the chat as a client of the present protocol. @param auth further credentials */
export function chatPacket(auth: object = {}): string {
	return connectPacket('/chat', { protocol: PROTOCOL, ...auth });
}

/** An event, with a request for an acknowledgement where there is an id. */
export function eventPacket(namespace: '' | '/chat', args: readonly unknown[], id: number | '' = ''): string {
	return packet('event', `${prefix(namespace)}${id}${JSON.stringify(args)}`);
}

function prefix(namespace: string): string {
	return namespace && `${namespace},`;
}
