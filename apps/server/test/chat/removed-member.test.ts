import type { RejectionCode, Reply, RequestName, Target } from '@digda/protocol';
import { describe, expect, test } from 'vitest';
import { connectChat, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { ADMIN_TOKEN, openPrivateRoom } from '@digda/testkit/client/open-private-room.ts';
import { KINDS, requestOf, samplePayload } from '@digda/testkit/entries.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

// The store knows at once that a membership has ended, a node within a second. Until then the connection is subscribed.

/** Every request that a member makes of a room. */
const REQUESTS: [RequestName, (room: string, own: Target) => object][] = [
	['history:read', (room) => ({ room, after: 0 })],
	['history:read', (room) => ({ room, around: 1, limit: 1 })],
	['history:find', (room) => ({ room, at: 1 })],
	['read:mark', (room) => ({ room, seq: 1 })],
	...KINDS.map((kind): (typeof REQUESTS)[number] => [requestOf(kind), (room, own) => samplePayload(kind, room, own)]),
	['room:members', (room) => ({ room })]
];

async function codeOf(client: ChatClientProbe, name: RequestName, payload: object): Promise<RejectionCode | 'ok'> {
	// The server answers every request of the chat with a reply.
	const reply = (await client.askAnything(name, payload)) as Reply<object>;
	return reply.ok ? 'ok' : reply.error.code;
}

describe('[PRIV-2] before a node knows that a membership has ended', () => {
	test.for(REQUESTS)('%s is answered as to a stranger', async ([name, payload]) => {
		const { url, store } = await startServer({ adminToken: ADMIN_TOKEN });
		const { room, people, targets } = await openPrivateRoom(url);
		const { owner, member, stranger } = people;
		expect(await codeOf(member, 'history:read', { room, after: 0 })).toBe('ok');

		expect(await store.removeMember(owner.user.id, room, member.user.id)).toBe('done');
		expect(await codeOf(member, name, payload(room, targets.member))).toBe('not_found');
		expect(await codeOf(stranger, name, payload(room, targets.member))).toBe('not_found');
	});

	test('[READ-1] the history of a public room is forbidden', async () => {
		const { url, store } = await startServer();
		const [ada, bora] = [await connectChat(url), await connectChat(url)];
		for (const client of [ada, bora]) await client.join('lobby');
		await bora.send('lobby', 'hello');
		expect(await codeOf(ada, 'history:read', { room: 'lobby', after: 0 })).toBe('ok');

		await store.leave(ada.user.id, 'lobby');
		expect(await codeOf(ada, 'history:read', { room: 'lobby', after: 0 })).toBe('forbidden');
	});
});
