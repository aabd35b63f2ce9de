import { expect, onTestFinished, test } from 'vitest';
import type { Census } from '../../support/census.ts';
import { connectChat, tokenOf, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { newToken } from '@digda/testkit/client/open-private-room.ts';
import { connectEcho, ask } from '@digda/testkit/client/echo.ts';
import { CHANGE_KINDS, contentOf } from '@digda/testkit/entries.ts';
import { startNodeProcesses } from '@digda/testkit/server/node-processes.ts';
import type { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

const PRELOAD = new URL('../../support/census.ts', import.meta.url).href;

/** The number of people who come and go in a round, each with rooms of their own. */
const PEOPLE = 16;

/** The most growth in a round: less than one entry for each person who came and went. */
const SLACK = PEOPLE / 2;

/** Starts a server, or the nodes of the tests, whose collections can be counted. They end with the test. */
async function startCounted() {
	const variables = { NODE_ENV: 'development', RATE_LIMITS: 'off' };
	const { servers, stop } = await startNodeProcesses(variables, { nodeArguments: [`--import=${PRELOAD}`] });
	onTestFinished(stop);
	return {
		/** The urls of the nodes, in rotation. */
		url: (index: number) => servers[index % servers.length]?.url ?? '',
		/** The census of all nodes. */
		async count(): Promise<Census> {
			const all = await Promise.all(servers.map(census));
			const sum = (kind: keyof Census) => all.reduce((total, each) => total + each[kind], 0);
			return { maps: sum('maps'), sets: sum('sets'), lists: sum('lists') };
		}
	};
}

async function census(server: ServerProcess): Promise<Census> {
	return await server.request('census');
}

const KINDS = ['maps', 'sets', 'lists'] as const;

type Site = Awaited<ReturnType<typeof startCounted>>;

/** Sends every kind of request that could leave the name of a room somewhere. */
async function useRoom(client: ChatClientProbe, room: string): Promise<void> {
	await client.join(room);
	client.emitAnything('typing:set', { room, isTyping: true });
	const { id, seq } = await client.send(room, 'a mistake');
	const target = client.target(id);
	// A message that is sent again is looked up, by a statement that a node plans once and keeps.
	await client.send(room, 'a mistake', id);
	// The answer comes with the next batch, or within a second.
	client.emitAnything('read:mark', { room, seq });
	for (const kind of CHANGE_KINDS.filter((each) => each !== 'delete'))
		await client.add(kind, room, contentOf(kind, target));
	await client.add('delete', room, { target });
	await client.get('history:read', { room, after: 0 });
}

/** A person comes on two connections, uses rooms of all kinds, and goes. */
async function comeAndGo(site: Site, round: number, index: number): Promise<void> {
	const options = { transports: [index % 2 === 0 ? 'websocket' : 'polling'], reconnection: false };
	const me = await connectChat(site.url(index), undefined, options);
	// The rotation of the session below cuts this connection.
	await connectChat(site.url(index + 1), tokenOf(me), options);
	await useRoom(me, 'hall');
	await useRoom(me, `room-${round}-${index}`);
	const { room } = await me.get('room:create', { title: 'Title' });
	const { secret } = await me.get('room:invite', { room });
	const guest = await connectChat(site.url(index + 2), undefined, options);
	await guest.get('room:accept', { secret });
	await useRoom(guest, room);
	await me.get('room:rename', { room, title: 'Another' });
	if (index % 3 === 0) await me.get('room:remove', { room, userId: guest.user.id });
	if (index % 3 === 1) await me.get('room:close', { room });
	await me.get('session:rename', { name: `Name ${index}` });
	await me.get('session:rotate', { token: newToken() });
	const echo = await connectEcho(site.url(index), options);
	await ask(echo, 'hello');
	for (const { socket } of [me, guest]) socket.disconnect();
	echo.disconnect();
}

async function playRound(site: Site, round: number, stayer: ChatClientProbe): Promise<void> {
	const people = Array.from({ length: PEOPLE }, (_, index) => comeAndGo(site, round, index));
	await Promise.all(people);
	const passages = Array.from({ length: PEOPLE }, (_, index) => `passage-${round}-${index}`);
	await Promise.all(passages.map((room) => useRoom(stayer, room)));
	await Promise.all(passages.map((room) => stayer.get('room:leave', { room })));
}

/** Waits until a last person is seen leaving: all earlier presence changes were sent by then. */
async function untilTold(site: Site, stayer: ChatClientProbe): Promise<void> {
	const last = await connectChat(site.url(0));
	await last.join('hall');
	await stayer.untilTold('presence:changed', ({ joined }) => joined.some(({ id }) => id === last.user.id));
	last.socket.disconnect();
	await stayer.untilTold('presence:changed', ({ left }) => left.includes(last.user.id));
}

// On several nodes this takes as long as three other tests.
test('[REQ-2] the server forgets people, rooms and connections that came and went', { timeout: 180_000 }, async () => {
	const site = await startCounted();
	const stayer = await connectChat(site.url(0));
	await stayer.join('hall');
	// The first rounds make what stays: a pool of connections grows when it is needed.
	for (const round of [0, 1, 2]) {
		await playRound(site, round, stayer);
		await untilTold(site, stayer);
	}
	const before = await site.count();

	await playRound(site, 3, stayer);
	await untilTold(site, stayer);
	const grown = async () => {
		const now = await site.count();
		return KINDS.filter((kind) => now[kind] >= before[kind] + SLACK);
	};
	await expect.poll(grown).toEqual([]);
});
