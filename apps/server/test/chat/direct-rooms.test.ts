import { randomUUID } from 'node:crypto';
import { directRoomOf, type RequestName } from '@digda/protocol';
import { expect, test } from 'vitest';
import { connectChat, tokenOf, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { KINDS, requestOf, samplePayload } from '@digda/testkit/entries.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** Two people who share the lobby, and the identifier of their direct room. */
async function meet(url: string) {
	const [ada, bora] = [await connectChat(url), await connectChat(url)];
	for (const person of [ada, bora]) await person.join('lobby');
	return { ada, bora, room: roomOf(ada, bora) };
}

function roomOf(one: ChatClientProbe, other: ChatClientProbe): string {
	return directRoomOf(one.user.id, other.user.id) ?? '';
}

/** The room as a person lists it. */
async function listed(person: ChatClientProbe, room: string) {
	return (await person.get('room:list', {})).rooms.find((each) => each.room === room);
}

test('[DM-1] sixteen joins of both people at once make one room of two members', async () => {
	const { url } = await startServer();
	const { ada, bora, room } = await meet(url);
	const connect = (person: ChatClientProbe) => connectChat(url, tokenOf(person));
	const people = [ada, bora];
	const devices = await Promise.all(Array.from({ length: 16 }, (_, index) => connect(people[index % 2] ?? ada)));
	const joined = await Promise.all(devices.map((device) => device.join(room)));
	for (const [index, { title, other, isPrivate, isOwner, head }] of joined.entries()) {
		const partner = people[(index + 1) % 2]?.user;
		const expected = { title: partner?.name, other: partner, isPrivate: true, isOwner: false, head: 0 };
		expect({ title, other, isPrivate, isOwner, head }).toEqual(expected);
	}
	const { members, invitations } = await ada.get('room:members', { room });
	expect(members.map(({ id, isOwner }) => [id, isOwner]).toSorted()).toEqual(
		people.map(({ user }) => [user.id, false]).toSorted()
	);
	expect(invitations).toEqual([]);
});

test('[DM-5] the other person’s connections follow the room at once, and their list has it with its first message', async () => {
	const { url } = await startServer();
	const { ada, bora, room } = await meet(url);
	const device = await connectChat(url, tokenOf(bora));
	await ada.join(room);
	expect(await listed(ada, room)).toMatchObject({ title: bora.user.name, other: bora.user, isMember: true });
	expect(await listed(bora, room)).toBeUndefined();
	const { id } = await ada.send(room, '안녕');
	for (const connection of [ada, bora, device]) {
		await connection.untilTold('entry:new', ({ entries }) => entries.some((entry) => entry.id === id));
	}
	expect(await listed(bora, room)).toMatchObject({ other: ada.user, said: 1, readSaid: 0 });

	const renamed = bora.untilTold('user:renamed');
	await ada.get('session:rename', { name: 'Renamed' });
	expect(await renamed).toMatchObject({ user: { id: ada.user.id, name: 'Renamed' } });
	expect(roomOf(bora, ada)).toBe(room);
	expect(await listed(bora, room)).toMatchObject({ title: 'Renamed', other: { id: ada.user.id, name: 'Renamed' } });
	expect(await bora.join(room)).toMatchObject({ title: 'Renamed', messages: [{ text: '안녕' }] });
});

test('[DM-1] first messages that both people have written offline arrive once each', async () => {
	const { url } = await startServer();
	const { ada, bora, room } = await meet(url);
	const ids = [randomUUID(), randomUUID()];
	// Each person joins and sends when the connection is back, and sends again after a lost answer.
	const write = async (person: ChatClientProbe, id: string) => {
		await person.join(room);
		await Promise.all([person.send(room, 'first', id), person.send(room, 'first', id)]);
	};
	await Promise.all([write(ada, ids[0] ?? ''), write(bora, ids[1] ?? '')]);
	for (const person of [ada, bora]) {
		for (const id of ids) await person.untilTold('entry:new', ({ entries }) => entries.some((each) => each.id === id));
		expect(person.messages(room).map(({ seq }) => seq)).toEqual([1, 2]);
		expect((await person.join(room)).messages.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
	}
});

test('[DM-2] anybody else gets the same answers for a direct room as for one that does not exist', async () => {
	const { url } = await startServer();
	const { ada, bora, room } = await meet(url);
	const stranger = await connectChat(url);
	await stranger.join('lobby');
	const requests = (target: { author: string; id: string }): [RequestName, object][] => [
		['room:join', {}],
		['room:set', { isPinned: true }],
		['room:members', {}],
		['room:remove', { userId: ada.user.id }],
		['room:invite', {}],
		['room:rename', { title: 'x' }],
		['room:close', {}],
		['history:read', { after: 0 }],
		['history:find', { at: 0 }],
		['read:mark', { seq: 1 }],
		['message:versions', { target }],
		['message:reactors', { target, emoji: '👍' }],
		...KINDS.map((kind): [RequestName, object] => [requestOf(kind), samplePayload(kind, room, target)])
	];
	const ask = async () => {
		const replies: unknown[] = [];
		for (const [event, payload] of requests(ada.target(randomUUID()))) {
			replies.push([event, await stranger.askAnything(event, { ...payload, room })]);
		}
		return replies;
	};
	const before = await ask();
	await ada.join(room);
	const { id } = await ada.send(room, 'psst');
	await bora.untilTold('entry:new', ({ entries }) => entries.some((entry) => entry.id === id));
	expect(await ask()).toEqual(before);
	for (const reply of before) expect(reply).toMatchObject([expect.anything(), { error: { code: 'not_found' } }]);
	expect(await listed(stranger, room)).toBeUndefined();
	expect(JSON.stringify(stranger.heard)).not.toContain(room);
});

test('[DM-3] people who share no room cannot begin, and a room that exists outlasts the shared one', async () => {
	const { url } = await startServer();
	const [ada, bora] = [await connectChat(url), await connectChat(url)];
	const room = roomOf(ada, bora);
	const forbidden = { ok: false, error: { code: 'forbidden' } };
	expect(await ada.ask('room:join', { room })).toMatchObject(forbidden);
	expect(await ada.ask('room:join', { room: directRoomOf(ada.user.id, randomUUID()) ?? '' })).toMatchObject(forbidden);
	for (const person of [ada, bora]) await person.join('lobby');
	await ada.join(room);
	for (const person of [ada, bora]) await person.get('room:leave', { room: 'lobby' });
	expect(await bora.join(room)).toMatchObject({ room });
});

test('[DM-4] nobody leaves a direct room, is removed from it, invites to it or renames it', async () => {
	const { url } = await startServer();
	const { ada, bora, room } = await meet(url);
	for (const person of [ada, bora]) await person.join(room);
	for (const person of [ada, bora]) {
		for (const [event, payload] of [
			['room:leave', {}],
			['room:remove', { userId: bora.user.id }],
			['room:invite', {}],
			['room:rename', { title: 'x' }],
			['room:close', {}]
		] as const) {
			const reply = await person.askAnything(event, { ...payload, room });
			expect([event, reply]).toMatchObject([event, { error: { code: 'forbidden' } }]);
		}
	}
	expect((await ada.get('room:members', { room })).members).toHaveLength(2);
});
