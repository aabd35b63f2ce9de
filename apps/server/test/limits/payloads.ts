import type { ChatClientToServer, KindOfRequest, RequestName } from '@digda/protocol';
import { KINDS, requestOf, samplePayload } from '@digda/testkit/entries.ts';

/** Every event that a client may emit in the chat: requests, and `typing:set`, which counts as one. */
export type EventName = RequestName | 'typing:set';

type OtherEvent = Exclude<keyof ChatClientToServer, keyof KindOfRequest>;

const TARGET = { author: 'somebody', id: '00000000-0000-4000-8000-000000000000' };

/**
 * A valid payload of every event that adds no entry. An event that the protocol gains is a type error here, so that no
 * table over all events can miss it.
 */
const OTHERS: { [Name in OtherEvent]: () => Parameters<ChatClientToServer[Name]>[0] } = {
	'connection:ping': () => ({}),
	'person:block': () => ({ userId: 'somebody', isBlocked: true }),
	'room:list': () => ({}),
	'room:find': () => ({ query: 'lob' }),
	'room:join': () => ({ room: 'lobby' }),
	'room:leave': () => ({ room: 'attic' }),
	'room:set': () => ({ room: 'lobby', isPinned: true }),
	'room:create': () => ({ title: 'Title' }),
	'room:rename': () => ({ room: 'lobby', title: 'Title' }),
	'room:close': () => ({ room: 'lobby' }),
	'room:members': () => ({ room: 'lobby' }),
	'room:remove': () => ({ room: 'lobby', userId: 'somebody' }),
	'room:invite': () => ({ room: 'lobby' }),
	'room:revoke': () => ({ room: 'lobby' }),
	'room:preview': () => ({ secret: 'A'.repeat(22) }),
	'room:accept': () => ({ secret: 'A'.repeat(22) }),
	'message:versions': () => ({ room: 'lobby', target: TARGET }),
	'message:reactors': () => ({ room: 'lobby', target: TARGET, emoji: '👍' }),
	'history:read': () => ({ room: 'lobby', after: 0 }),
	'history:find': () => ({ room: 'lobby', at: 1 }),
	'read:mark': () => ({ room: 'lobby', seq: 1 }),
	// The same token each time: the first person gets it, and the requests of others fail.
	'session:rotate': () => ({ token: 'A'.repeat(43) }),
	'session:rename': () => ({ name: 'Name' }),
	'typing:set': () => ({ room: 'lobby', isTyping: true })
};

const PAYLOADS: ReadonlyMap<string, () => object> = new Map([
	...Object.entries(OTHERS),
	...KINDS.map((kind): [string, () => object] => [requestOf(kind), () => samplePayload(kind, 'lobby', TARGET)])
]);

// The keys are those of the type and of the registry.
export const EVENTS = [...PAYLOADS.keys()] as EventName[];

/** A new payload of an event, which its schema takes. */
export function payloadOf(event: EventName): object {
	const make = PAYLOADS.get(event);
	if (!make) throw new Error(`there is no event ${event}`);
	return make();
}
