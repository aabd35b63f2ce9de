import { randomUUID } from 'node:crypto';
import type { ChatClientToServer, RequestName } from '@digda/protocol';

/** Whatever a client may emit in the chat: requests, and `typing:set`, which counts as one. */
export type EventName = RequestName | 'typing:set';

/**
 * A valid payload of every event of the protocol. An event that the protocol gains is a type error here, so that no
 * table over all events can miss it.
 */
const PAYLOADS: { [Name in keyof ChatClientToServer]: () => Parameters<ChatClientToServer[Name]>[0] } = {
	'connection:ping': () => ({}),
	'room:list': () => ({}),
	'room:join': () => ({ room: 'lobby' }),
	'room:leave': () => ({ room: 'attic' }),
	'room:create': () => ({ title: 'Title' }),
	'room:rename': () => ({ room: 'lobby', title: 'Title' }),
	'room:close': () => ({ room: 'lobby' }),
	'room:members': () => ({ room: 'lobby' }),
	'room:remove': () => ({ room: 'lobby', userId: 'somebody' }),
	'room:invite': () => ({ room: 'lobby' }),
	'room:revoke': () => ({ room: 'lobby' }),
	'room:preview': () => ({ secret: 'A'.repeat(22) }),
	'room:accept': () => ({ secret: 'A'.repeat(22) }),
	'message:send': () => ({ room: 'lobby', id: randomUUID(), text: 'hello' }),
	'message:delete': () => ({ room: 'lobby', seq: 1 }),
	'history:read': () => ({ room: 'lobby', after: 0 }),
	'read:mark': () => ({ room: 'lobby', seq: 1 }),
	// The same each time: it is one person's, and whoever else asks for it keeps their own.
	'session:renew': () => ({ token: 'A'.repeat(43) }),
	'session:rename': () => ({ name: 'Name' }),
	'typing:set': () => ({ room: 'lobby', isTyping: true })
};

// The keys are those of the type.
export const EVENTS = Object.keys(PAYLOADS) as EventName[];

/** A new payload of an event, which its schema takes. */
export function payloadOf(event: EventName): object {
	return PAYLOADS[event]();
}
