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

test('[DM-5] the other person receives a first message that was stored before the room was known to their node', async () => {
	const { url, store } = await startServer();
	const { ada, bora, room } = await meet(url);
	await store.join(ada.user.id, room, Date.now());
	const content = { id: randomUUID(), text: '먼저', sentAt: Date.now(), isOperator: false };
	await store.append([{ kind: 'message', room, author: ada.user, ...content }], []);
	const fits = ({ id }: { id: string }) => id === content.id;
	const news = await bora.untilTold('entry:new', ({ entries }) => entries.some(fits));
	expect(news).toMatchObject({ room, entries: [{ seq: 1, text: '먼저' }] });
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

/** A page as a person sees it: null stands for a hidden message. */
async function page(person: ChatClientProbe, room: string) {
	const { messages } = await person.get('history:read', { room, after: 0 });
	return messages.map(({ text, isHidden }) => (isHidden ? null : text));
}

/** Ada and Bora in their direct room with a message of Ada, and a second device of each. Bora blocks Ada. */
async function meetBlocked(url: string) {
	const { ada, bora, room } = await meet(url);
	await ada.join(room);
	const before = await ada.send(room, 'before');
	const [adaToo, boraToo] = [await connectChat(url, tokenOf(ada)), await connectChat(url, tokenOf(bora))];
	await bora.get('person:block', { userId: ada.user.id, isBlocked: true });
	return { ada, bora, adaToo, boraToo, room, before };
}

/** Waits until people have received an entry. @returns it as each of them sees it */
async function received(people: readonly ChatClientProbe[], room: string, seq: number) {
	const seen = [];
	for (const person of people) {
		const fits = (entry: { seq: number }) => entry.seq === seq;
		await person.untilTold('entry:new', (news) => news.room === room && news.entries.some(fits));
		seen.push(person.news(room).find((entry) => entry.seq === seq));
	}
	return seen;
}

test('[DM-6] a blocked person’s messages are acknowledged and shown to the person alone, for ever', async () => {
	const { url } = await startServer();
	const { ada, bora, adaToo, boraToo, room } = await meetBlocked(url);
	const heard = ada.heard.length;
	const { seq, id } = await ada.send(room, 'hello?');
	for (const entry of await received([ada, adaToo], room, seq)) {
		expect(entry).toEqual(expect.objectContaining({ kind: 'message', text: 'hello?' }));
		expect(entry).not.toHaveProperty('isHidden');
	}
	for (const entry of await received([bora, boraToo], room, seq)) {
		expect(entry).toMatchObject({ kind: 'message', id, text: '', isHidden: true, said: 1 });
	}
	// The first answer to the same message is the only one.
	expect(await ada.send(room, 'hello?', id)).toMatchObject({ seq });
	await bora.get('read:mark', { room, seq: 1 });
	expect(await listed(bora, room)).toMatchObject({ head: 2, said: 1, readSaid: 1, isBlocked: true });
	expect(await listed(ada, room)).not.toHaveProperty('isBlocked');
	expect([await page(ada, room), await page(bora, room)]).toEqual([
		['before', 'hello?'],
		['before', null]
	]);
	await bora.get('person:block', { userId: ada.user.id, isBlocked: false });
	const after = await ada.send(room, 'after');
	expect((await received([bora], room, after.seq))[0]).toMatchObject({ text: 'after', said: 2 });
	expect([await page(ada, room), await page(bora, room)]).toEqual([
		['before', 'hello?', 'after'],
		['before', null, 'after']
	]);
	const events = new Set(ada.heard.slice(heard).map(({ event }) => event));
	for (const usual of ['presence:changed', 'room:heads'] as const) events.delete(usual);
	expect([...events]).toEqual(['entry:new']);
	expect(JSON.stringify(bora.heard)).not.toContain('hello?');
});

test('[DM-7] a blocked person changes nothing that the other person sees, but by deleting', async () => {
	const { url } = await startServer();
	const { ada, bora, room, before } = await meetBlocked(url);
	const { seq, id } = await ada.send(room, 'secret');
	const own = ada.target(id);
	await ada.add('edit', room, { target: own, text: 'edited secret' });
	await ada.add('reaction', room, { target: own, emoji: '👍', isSet: true });
	const mine = ada.target(before.id);
	expect(await ada.tryAdd('edit', room, { target: mine, text: 'an insult' })).toMatchObject({
		ok: true,
		data: { seq: 1 }
	});
	expect(await ada.tryAdd('reaction', room, { target: mine, emoji: '😠', isSet: true })).toMatchObject({ ok: true });
	const last = await bora.send(room, 'last');
	for (const [person, text] of [
		[ada, 'edited secret'],
		[bora, null]
	] as const) {
		await received([person], room, last.seq);
		expect(await page(person, room)).toEqual(['before', text, 'last']);
	}
	const changes = bora.news(room).filter(({ kind }) => kind !== 'message');
	expect(changes).toMatchObject([
		{ kind: 'edit', text: '', isHidden: true },
		{ kind: 'reaction', emoji: '', isHidden: true }
	]);
	const rejected = await bora.tryAdd('reaction', room, { target: own, emoji: '👍', isSet: true });
	expect(rejected).toMatchObject({ error: { code: 'not_found' } });

	const deleted = await ada.add('delete', room, { target: own });
	const gone = await ada.add('delete', room, { target: mine });
	expect((await received([bora], room, deleted.seq))[0]).toMatchObject({ kind: 'delete', isHidden: true });
	expect((await received([bora], room, gone.seq))[0]).not.toHaveProperty('isHidden');
	const { messages } = await bora.get('history:read', { room, after: 0 });
	expect(messages[0]).toMatchObject({ isDeleted: true });
	expect(messages[1]).toEqual({
		...{ seq, id, author: ada.user, sentAt: expect.any(Number) as number, said: 1, text: '', isHidden: true }
	});
	expect(JSON.stringify([bora.heard, messages])).not.toMatch(/secret|insult|😠/);
});

test('[DM-9] a reply to a hidden message, a mention and a topic show nothing of a blocked person', async () => {
	const { url } = await startServer();
	const { ada, bora, room } = await meetBlocked(url);
	const mentions = [{ id: bora.user.id, name: bora.user.name }];
	const text = `secret @${bora.user.name}`;
	const { seq } = await ada.add('message', room, { text, mentions });
	const target = ada.target((await received([ada], room, seq))[0]?.id ?? '');
	await ada.add('message', room, { text: 'secret reply', replyTo: target });
	expect(await ada.tryAdd('topic', room, { text: 'secret topic' })).toMatchObject({ ok: true });
	const { readSeq } = await bora.get('read:mark', { room, seq: 1 });
	expect(await listed(bora, room)).toMatchObject({ readSeq, isMentioned: false, topic: '', said: 1, readSaid: 1 });

	await bora.get('person:block', { userId: ada.user.id, isBlocked: false });
	const open = await ada.add('message', room, { text: 'open', replyTo: target });
	const [own] = await received([ada], room, open.seq);
	const [others] = await received([bora], room, open.seq);
	const quote = { seq, id: target.id, author: ada.user };
	expect(own).toMatchObject({ text: 'open', quote: { ...quote, text } });
	expect(own).not.toHaveProperty('quote.isHidden');
	const hidden = { ...quote, text: '', isDeleted: true, isHidden: true };
	expect(others).toMatchObject({ text: 'open', quote: hidden });
	expect((await bora.get('history:read', { room, after: 0 })).messages.at(-1)).toMatchObject({ quote: hidden });
	expect(await bora.tryAdd('message', room, { text: 'x', replyTo: target })).toMatchObject({
		error: { code: 'not_found' }
	});
	for (const [event, payload] of [
		['message:versions', { room, target }],
		['message:reactors', { room, target, emoji: '👍' }]
	] as const) {
		expect(await bora.askAnything(event, payload)).toMatchObject({ error: { code: 'not_found' } });
		expect(await ada.askAnything(event, payload)).toMatchObject({ ok: true });
	}
	await ada.add('edit', room, { target, text: 'secret edit' });
	const last = await ada.send(room, 'last');
	await received([bora], room, last.seq);
	expect(JSON.stringify(bora.heard)).not.toContain('secret');
});

test('[DM-8] a block is known to all devices of the person, and to nobody else', async () => {
	const { url } = await startServer();
	const { ada, bora, boraToo, room } = await meetBlocked(url);
	expect(await boraToo.untilTold('person:blocked')).toEqual({ userId: ada.user.id, isBlocked: true });
	expect(bora.told('person:blocked')).toEqual([]);
	expect((await connectChat(url, tokenOf(bora))).ready).toEqual({ user: bora.user, blocked: [ada.user.id] });
	expect((await connectChat(url, tokenOf(ada))).ready).toEqual({ user: ada.user });
	expect(await bora.ask('person:block', { userId: bora.user.id, isBlocked: true })).toMatchObject({
		error: { code: 'invalid' }
	});
	// In another room a block has no effect.
	const { seq } = await ada.send('lobby', 'hello all');
	expect((await received([bora], 'lobby', seq))[0]).toMatchObject({ text: 'hello all' });
	expect(await bora.get('person:block', { userId: ada.user.id, isBlocked: false })).toEqual({});
	expect(await listed(bora, room)).not.toHaveProperty('isBlocked');
	expect(JSON.stringify(ada.heard)).not.toContain('lock');
});
