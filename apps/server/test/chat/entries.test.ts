import { randomUUID } from 'node:crypto';
import {
	EVERYONE,
	fold,
	isRow,
	MAX_HELD_MESSAGES,
	MAX_PACKET_MESSAGES,
	MAX_REACTION_NAMES,
	MAX_REACTIONS,
	messageOf,
	PAGE_SIZE,
	type EntryKind,
	type Message,
	type Reply,
	type StoredEntry,
	type Target,
	type User
} from '@digda/protocol';
import { describe, expect, inject, test } from 'vitest';
import type { NewEntry, Store } from '../../src/store/store.ts';
import { connectChat, tokenOf, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import {
	CHANGE_KINDS,
	contentOf,
	CONTENTS,
	KINDS,
	requestOf,
	samplePayload,
	WRONG_IDS,
	WRONG_VALUES
} from '@digda/testkit/entries.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

const NOWHERE: Target = { author: 'nobody', id: '00000000-0000-4000-8000-000000000000' };

/** Fields that a client does not set. */
const CLAIMS = { seq: 99, sentAt: 0, said: 99, kind: 'message', isOperator: true, author: { id: 'x', name: 'x' } };

/** Starts a server with two people in the lobby. */
async function startLobby() {
	const { url, store } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, friend]) await client.join('lobby');
	return { url, store, me, friend };
}

/** Sends a message. @returns its target */
async function sendTarget(client: ChatClientProbe, text = 'hello', room = 'lobby'): Promise<Target> {
	return client.target((await client.send(room, text)).id);
}

function codeOf(reply: Reply<StoredEntry>): string {
	return reply.ok ? 'ok' : reply.error.code;
}

async function headOf(client: ChatClientProbe, room = 'lobby'): Promise<number> {
	return (await client.join(room)).head;
}

/** The only room in the list of a person. */
async function summaryOf(client: ChatClientProbe) {
	const { rooms } = await client.get('room:list', {});
	expect(rooms).toHaveLength(1);
	return rooms[0];
}

/** A page of messages of the lobby that holds all of them. */
async function readAll(client: ChatClientProbe): Promise<Message[]> {
	const { messages } = await client.get('history:read', { room: 'lobby', after: 0, limit: MAX_PACKET_MESSAGES });
	return messages;
}

/** The target of the message with this number. */
function numbered(author: User, index: number): Target {
	return { author: author.id, id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` };
}

/** Stores messages of the lobby without a request for each. */
async function storeMessages(store: Store, author: User, from: number, to: number, text = 'hello'): Promise<void> {
	const message = (index: number): NewEntry => ({
		...{ kind: 'message', room: 'lobby', ...numbered(author, index), author, isOperator: false, sentAt: 1, text }
	});
	await store.append(
		Array.from({ length: to - from + 1 }, (_, index) => message(from + index)),
		[]
	);
}

/** Stores one edit of each numbered message. */
async function storeEdits(store: Store, author: User, numbers: readonly number[], text: string): Promise<void> {
	const entry = (index: number): NewEntry => ({
		...{ kind: 'edit', room: 'lobby', id: randomUUID(), author, isOperator: false, sentAt: 2, text },
		target: numbered(author, index)
	});
	await store.append(numbers.map(entry), []);
}

/** Stores a reaction of each of so many people, who join for it. */
async function storeReactions(store: Store, target: Target, people: number): Promise<User[]> {
	const users = Array.from({ length: people }, (_, index) => ({ id: randomUUID(), name: `수달 ${index}` }));
	for (const { id } of users) await store.join(id, 'lobby');
	const entry = (author: User): NewEntry => ({
		...{ kind: 'reaction', room: 'lobby', id: randomUUID(), author, isOperator: false, sentAt: 1 },
		...{ target, emoji: '👍', isSet: true }
	});
	await store.append(users.map(entry), []);
	return users;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe.for(KINDS)('an entry of the kind %s', (kind) => {
	const isChange = CHANGE_KINDS.includes(kind as never);

	test('[NEWS-1] [FOLD-1] reaches every member in order, with its content and the seq of its message', async () => {
		const { url, me, friend } = await startLobby();
		const tab = await connectChat(url, tokenOf(me));
		await friend.send('lobby', 'first');
		const target = await sendTarget(me);
		const id = randomUUID();
		const payload = { ...CLAIMS, ...samplePayload(kind, 'lobby', target), id };
		const reply = (await me.askAnything(requestOf(kind), payload)) as Reply<StoredEntry>;
		expect(reply).toEqual({ ok: true, data: { room: 'lobby', id, seq: 3, sentAt: expect.any(Number) as number } });
		await friend.send('lobby', 'last');
		for (const client of [me, tab, friend]) {
			await client.untilTold('entry:new', ({ entries }) => entries.some(({ seq }) => seq === 4));
			const news = client.news('lobby');
			expect(news.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
			expect(news.map(({ said }) => said)).toEqual(kind === 'message' ? [1, 2, 3, 4] : [1, 2, 2, 3]);
			expect(news[2]).toEqual({
				...{
					kind,
					seq: 3,
					id,
					author: me.user,
					sentAt: reply.ok && reply.data.sentAt,
					said: kind === 'message' ? 3 : 2
				},
				...contentOf<EntryKind>(kind, target),
				...(isChange && { target: { ...target, seq: 2 } })
			});
		}
	});

	test('[SEND-2] keeps its seq when it is sent again, also after further changes and after leaving', async () => {
		const { me, friend } = await startLobby();
		const target = await sendTarget(me);
		const id = randomUUID();
		const send = () => me.add(kind, 'lobby', contentOf(kind, target), id);
		const place = await send();
		expect(await send()).toEqual(place);
		for (const other of CHANGE_KINDS) {
			const own = kind === 'message' ? me.target(id) : target;
			await me.tryAdd(other, 'lobby', contentOf(other, own));
			expect(await send()).toEqual(place);
		}
		const head = await headOf(friend);
		await me.get('room:leave', { room: 'lobby' });
		expect(await send()).toEqual(place);
		expect(await headOf(friend)).toBe(head);
	});

	test('[SEND-3] is rejected when it reuses an id with another kind, content, target or room', async () => {
		const { me } = await startLobby();
		await me.join('hall');
		const [target, another] = [await sendTarget(me), await sendTarget(me)];
		const { id } = await me.add(kind, 'lobby', contentOf(kind, target));
		const head = await headOf(me);
		const replies = [
			await me.tryAdd(kind, 'hall', contentOf(kind, target), id),
			...(await Promise.all(
				CONTENTS[kind](target)
					.slice(1)
					.map((content) => me.tryAdd(kind, 'lobby', content, id))
			)),
			...(isChange ? [await me.tryAdd(kind, 'lobby', contentOf(kind, another), id)] : []),
			...(await Promise.all(
				KINDS.filter((each) => each !== kind).map((other) => me.tryAdd(other, 'lobby', contentOf(other, another), id))
			))
		];
		expect(replies.map(codeOf)).toEqual(replies.map(() => 'id_reused'));
		expect(await headOf(me)).toBe(head);
		expect(await headOf(me, 'hall')).toBe(0);
	});

	test('[SEND-6] [PRIV-1] is forbidden to a non-member, and not found in a private or missing room', async () => {
		const { url, me } = await startLobby();
		const stranger = await connectChat(url);
		const { room: den } = await me.get('room:create', { title: 'Den' });
		for (const [room, code] of [
			['lobby', 'forbidden'],
			[den, 'not_found'],
			['nowhere', 'not_found'],
			[`~${'A'.repeat(22)}`, 'not_found']
		] as const) {
			const target = room === 'lobby' || room === den ? await sendTarget(me, 'hello', room) : NOWHERE;
			expect(codeOf(await stranger.tryAdd(kind, room, contentOf(kind, target))), room).toBe(code);
			// A missing message gets the same answer as an existing one.
			expect(codeOf(await stranger.tryAdd(kind, room, contentOf(kind, NOWHERE))), room).toBe(code);
		}
		expect([await headOf(me), await headOf(me, den)]).toEqual([1, 1]);
	});

	test('[PRIV-6] is not found in a closed room, unless it was stored before', async () => {
		const { me } = await startLobby();
		const { room } = await me.get('room:create', { title: 'Den' });
		const target = await sendTarget(me, 'hello', room);
		const place = await me.add(kind, room, contentOf(kind, target));
		await me.get('room:close', { room });
		expect(codeOf(await me.tryAdd(kind, room, contentOf(kind, target)))).toBe('not_found');
		expect(await me.add(kind, room, contentOf(kind, target), place.id)).toEqual(place);
	});

	test('[REQ-2] is invalid with a wrong or missing field, and stores nothing', async () => {
		const { me, friend } = await startLobby();
		const good = samplePayload(kind, 'lobby', await sendTarget(me));
		const wrong: [string, unknown][] = [
			...WRONG_IDS.map((id): [string, unknown] => ['id', id]),
			...[undefined, null, '', 7, ['lobby'], 'two/words', '\ud800'].map((room): [string, unknown] => ['room', room]),
			...Object.entries(WRONG_VALUES).flatMap(([field, values]) =>
				field in good ? values.map((value): [string, unknown] => [field, value]) : []
			)
		];
		for (const [field, value] of wrong) {
			const reply = await me.askAnything(requestOf(kind), { ...good, [field]: value });
			expect(codeOf(reply as Reply<StoredEntry>), `${field}: ${JSON.stringify(value)}`).toBe('invalid');
		}
		expect(await headOf(friend)).toBe(1);
		expect(friend.news('lobby').map(({ seq }) => seq)).toEqual([1]);
	});
});

describe.for(CHANGE_KINDS)('a change of the kind %s', (kind) => {
	test('[FOLD-1] is not found where the room has no such message, and stores nothing', async () => {
		const { me, friend } = await startLobby();
		await me.join('hall');
		const elsewhere = await sendTarget(me, 'hello', 'hall');
		const here = await sendTarget(me);
		const change = await me.add('edit', 'lobby', { target: here, text: 'hello yourself' });
		for (const target of [
			NOWHERE,
			elsewhere,
			// The id of another author's message.
			friend.target(here.id),
			// An entry of another kind.
			me.target(change.id),
			{ author: '__proto__', id: here.id }
		]) {
			expect(codeOf(await me.tryAdd(kind, 'lobby', contentOf(kind, target))), JSON.stringify(target)).toBe('not_found');
		}
		expect([await headOf(me), await headOf(me, 'hall')]).toEqual([2, 1]);
	});

	test('[DEL-2] is gone after the message was deleted, unless it is a deletion', async () => {
		const { me } = await startLobby();
		const target = await sendTarget(me);
		await me.add('delete', 'lobby', { target });
		const reply = await me.tryAdd(kind, 'lobby', contentOf(kind, target));
		expect(codeOf(reply)).toBe(kind === 'delete' ? 'ok' : 'gone');
		expect(await headOf(me)).toBe(2);
	});

	test('[FOLD-1] may follow its message before that is acknowledged', async () => {
		const { me, friend } = await startLobby();
		const id = randomUUID();
		const places = await Promise.all([
			me.send('lobby', 'hello', id),
			me.add(kind, 'lobby', contentOf(kind, me.target(id))),
			me.send('lobby', 'goodbye')
		]);
		expect(places.map(({ seq }) => seq)).toEqual([1, 2, 3]);
		await friend.untilTold('entry:new', ({ entries }) => entries.some(({ seq }) => seq === 3));
		expect(friend.news('lobby')[1]).toMatchObject({ kind, target: { author: me.user.id, id, seq: 1 } });
	});
});

test('[SEND-5] entries of all kinds from one connection keep their order under the usual rate limits', async () => {
	const { url } = await startServer({ areRatesLimited: true });
	const me = await connectChat(url);
	await me.join('lobby');
	const id = randomUUID();
	const target = me.target(id);
	const places = [
		// These wait in the queue of their address.
		...Array.from({ length: 10 }, () => me.get('history:read', { room: 'lobby', after: 0 })),
		me.send('lobby', 'hello', id),
		...CHANGE_KINDS.flatMap((kind) => {
			const own = randomUUID();
			return [me.send('lobby', kind, own), me.add(kind, 'lobby', contentOf(kind, me.target(own)))];
		}),
		me.add('delete', 'lobby', { target }),
		me.send('lobby', 'goodbye')
	];
	const stored = (await Promise.all(places)).filter((place) => 'seq' in place);
	expect(stored.map(({ seq }) => seq)).toEqual(range(1, 3 + 2 * CHANGE_KINDS.length));
});

test('[EDIT-1] only the author edits a message, and only while they are a member', async () => {
	const { me, friend } = await startLobby();
	const target = await sendTarget(me, '안녕');
	expect(codeOf(await friend.tryAdd('edit', 'lobby', { target, text: '잘 가' }))).toBe('forbidden');
	const { seq, sentAt } = await me.add('edit', 'lobby', { target, text: ' 안녕하세요\r\n' });
	expect(seq).toBe(2);
	expect(await readAll(friend)).toEqual([
		expect.objectContaining({ seq: 1, text: ' 안녕하세요', changed: 2, editedAt: sentAt })
	]);
	await me.get('room:leave', { room: 'lobby' });
	expect(codeOf(await me.tryAdd('edit', 'lobby', { target, text: '다시' }))).toBe('forbidden');
	expect(await headOf(friend)).toBe(2);
	await me.join('lobby');
	expect(await me.add('edit', 'lobby', { target, text: '다시' })).toMatchObject({ seq: 3 });
});

test('[REACT-1] variants of an emoji are one reaction, and skin tones are different ones', async () => {
	const { me, friend } = await startLobby();
	const target = await sendTarget(me);
	const react = (client: ChatClientProbe, emoji: string) =>
		client.add('reaction', 'lobby', { target, emoji, isSet: true });
	await react(me, '❤');
	await react(friend, '❤️');
	await react(me, '👍');
	await react(friend, '👍🏽');
	const [message] = await readAll(me);
	expect(message?.reactions?.map(({ emoji, count }) => [emoji, count])).toEqual([
		['❤️', 2],
		['👍', 1],
		['👍🏽', 1]
	]);
	expect(me.news('lobby').at(1)).toMatchObject({ kind: 'reaction', emoji: '❤️' });
});

test('[REACT-1] a message has 20 different reactions; one more is rejected with its own reason until everybody has unset one', async () => {
	const { me, friend } = await startLobby();
	const target = await sendTarget(me);
	const emojis = Array.from({ length: MAX_REACTIONS + 1 }, (_, index) => String.fromCodePoint(0x1f600 + index));
	const react = async (client: ChatClientProbe, emoji = '', isSet = true) =>
		codeOf(await client.tryAdd('reaction', 'lobby', { target, emoji, isSet }));
	const last = emojis.at(-1);
	for (const emoji of emojis.slice(0, -1)) expect(await react(me, emoji)).toBe('ok');
	expect([await react(me, last), await react(friend, last)]).toEqual(['full', 'full']);
	const rejected = await me.tryAdd('reaction', 'lobby', { target, emoji: last ?? '', isSet: true });
	expect(rejected).toMatchObject({ error: { message: `a message has ${MAX_REACTIONS} different reactions at most` } });
	expect(await react(friend, emojis[0])).toBe('ok');
	// Two people react with it.
	await react(me, emojis[0], false);
	expect(await react(friend, last)).toBe('full');
	await react(friend, emojis[0], false);
	expect(await react(friend, last)).toBe('ok');
	const [message] = await readAll(me);
	expect(message?.reactions?.map(({ emoji }) => emoji)).toEqual(emojis.slice(1));
});

test('[REACT-2] a message carries the count of a reaction, its first people and whether the reader is one of them', async () => {
	const { url, me, friend } = await startLobby();
	const others = [await connectChat(url), await connectChat(url)];
	for (const client of others) await client.join('lobby');
	const target = await sendTarget(me);
	const people = [friend, ...others, me];
	for (const client of people) await client.add('reaction', 'lobby', { target, emoji: '🎉', isSet: true });
	const named = [friend, ...others].map(({ user }) => user);
	const expected = { emoji: '🎉', count: 4, people: named };
	for (const client of people) {
		const [message] = await readAll(client);
		expect(message?.reactions).toEqual([{ ...expected, isMine: true }]);
		expect((await client.join('lobby')).messages[0]?.reactions).toEqual([{ ...expected, isMine: true }]);
	}
	const reader = await connectChat(url);
	expect((await reader.join('lobby')).messages[0]?.reactions).toEqual([expected]);

	await friend.add('reaction', 'lobby', { target, emoji: '🎉', isSet: false });
	expect((await readAll(friend))[0]?.reactions).toEqual([{ ...expected, count: 3, people: named.slice(1) }]);
});

test('[REACT-2] [FOLD-4] a thousand reactions change no unread count, no page length and no message size', async () => {
	const { store, me, friend } = await startLobby();
	await storeMessages(store, me.user, 1, 30);
	const target = numbered(me.user, 30);
	await friend.get('read:mark', { room: 'lobby', seq: 30 });
	const few = await storeReactions(store, target, MAX_REACTION_NAMES);
	const sizeOf = async () => JSON.stringify((await readAll(friend)).find(({ seq }) => seq === 30)).length;
	const size = await sizeOf();
	await storeReactions(store, target, 1_000 - few.length);
	// The digits of the count, and of the seq of the last change.
	expect(await sizeOf()).toBe(size + '1000'.length - '3'.length + '1030'.length - '33'.length);
	expect(await summaryOf(friend)).toMatchObject({ head: 1_030, said: 30, readSeq: 30, readSaid: 30 });
	expect(await friend.join('lobby')).toMatchObject({ head: 1_030, said: 30, readSeq: 30, readSaid: 30 });

	await storeMessages(store, me.user, 31, 60);
	const page = await friend.get('history:read', { room: 'lobby', before: Number.MAX_SAFE_INTEGER });
	expect(page).toMatchObject({ head: 1_060, said: 60, from: 11, to: 1_060 });
	expect(page.messages.map(({ said }) => said)).toEqual(range(11, 60));
	expect(page.messages.find(({ seq }) => seq === 30)?.reactions).toEqual([{ emoji: '👍', count: 1_000, people: few }]);
	const next = await friend.get('history:read', { room: 'lobby', after: 0 });
	expect(next).toMatchObject({ from: 1, to: 1_050 });
	expect(next.messages.map(({ said }) => said)).toEqual(range(1, PAGE_SIZE));
});

test('[FOLD-2] folding the delivered entries gives a member the messages of a page', async () => {
	const { me, friend } = await startLobby();
	const targets = [await sendTarget(me, 'one'), await sendTarget(friend, 'two'), await sendTarget(me, 'three')];
	for (const replyTo of targets) await friend.add('message', 'lobby', { text: 'reply', replyTo });
	for (const target of targets) {
		const author = target.author === me.user.id ? me : friend;
		for (const client of [me, friend]) {
			for (const content of CONTENTS.reaction(target)) await client.tryAdd('reaction', 'lobby', content);
		}
		for (const content of CONTENTS.edit(target)) await author.tryAdd('edit', 'lobby', content);
	}
	const [, two = NOWHERE] = targets;
	await friend.add('delete', 'lobby', { target: two });
	const { seq: last } = await me.send('lobby', 'last');
	for (const client of [me, friend]) {
		await client.untilTold('entry:new', ({ entries }) => entries.some(({ seq }) => seq === last));
		const messages = new Map<number, Message>();
		for (const entry of client.news('lobby')) {
			if (isRow(entry)) {
				messages.set(entry.seq, messageOf(entry));
				continue;
			}
			if (!messages.has(entry.target.seq)) throw new Error('a change came before its message');
			for (const [seq, message] of messages) messages.set(seq, fold(message, entry, client.user.id));
		}
		expect([...messages.values()]).toEqual(await readAll(client));
	}
});

test('[FOLD-3] a change that asks for the present state returns the seq of the last change and stores nothing', async () => {
	const { me, friend } = await startLobby();
	const target = await sendTarget(me, '안녕');
	const react = (isSet: boolean, emoji = '👍') => me.add('reaction', 'lobby', { target, emoji, isSet });
	expect(await react(false)).toMatchObject({ seq: 1 });
	expect(await react(true)).toMatchObject({ seq: 2 });
	expect(await react(true)).toMatchObject({ seq: 2 });
	await friend.add('reaction', 'lobby', { target, emoji: '👍', isSet: true });
	expect(await react(true)).toMatchObject({ seq: 3 });
	expect(await react(false, '🎉')).toMatchObject({ seq: 3 });
	expect(await react(false)).toMatchObject({ seq: 4 });
	expect(await react(false)).toMatchObject({ seq: 4 });
	expect(await me.add('edit', 'lobby', { target, text: '안녕하세요' })).toMatchObject({ seq: 5 });
	expect(await me.add('edit', 'lobby', { target, text: '안녕하세요' })).toMatchObject({ seq: 5 });
	expect(await headOf(friend)).toBe(5);
	const [message] = await readAll(friend);
	expect(message?.reactions).toEqual([{ emoji: '👍', count: 1, people: [friend.user], isMine: true }]);
	await me.send('lobby', 'last');
	await friend.untilTold('entry:new', ({ entries }) => entries.some(({ seq }) => seq === 6));
	expect(friend.news('lobby').map(({ seq }) => seq)).toEqual(range(1, 6));
});

test('[FOLD-4] edits, reactions and deletions do not count as unread, in the room list and after a join', async () => {
	const { url, me, friend } = await startLobby();
	const [first, second] = [await sendTarget(me, 'one'), await sendTarget(me, 'two')];
	await friend.get('read:mark', { room: 'lobby', seq: 1 });
	for (const kind of CHANGE_KINDS.filter((each) => each !== 'delete')) {
		await me.add(kind, 'lobby', contentOf(kind, first));
	}
	await me.add('delete', 'lobby', { target: first });
	await me.add('edit', 'lobby', { target: second, text: 'two!' });
	const head = 3 + CHANGE_KINDS.length;
	// `two` alone is unread: `one` was read before it was deleted.
	const expected = { head, said: 2, readSeq: 1, readSaid: 1 };
	expect(await summaryOf(friend)).toMatchObject(expected);
	expect(await friend.join('lobby')).toMatchObject(expected);
	const tab = await connectChat(url, tokenOf(friend));
	expect(await tab.join('lobby')).toMatchObject(expected);
});

test('[READ-4] a read cursor counts the messages up to it and the deleted ones after it', async () => {
	const { url, me, friend } = await startLobby();
	const tab = await connectChat(url, tokenOf(friend));
	const targets: Target[] = [];
	for (const text of ['1', '2', '3', '4', '5', '6']) targets.push(await sendTarget(me, text));
	const mark = (seq: number) => friend.get('read:mark', { room: 'lobby', seq });
	expect(await mark(3)).toEqual({ readSeq: 3, readSaid: 3 });
	for (const index of [1, 4]) await me.add('delete', 'lobby', { target: targets[index] ?? NOWHERE });
	// 4 and 6 are unread.
	expect(await summaryOf(friend)).toMatchObject({ head: 8, said: 6, readSeq: 3, readSaid: 4 });
	expect(await tab.join('lobby')).toMatchObject({ head: 8, said: 6, readSeq: 3, readSaid: 4 });
	expect(await mark(3)).toEqual({ readSeq: 3, readSaid: 4 });
	expect(await mark(4)).toEqual({ readSeq: 4, readSaid: 5 });
	expect(await mark(5)).toEqual({ readSeq: 5, readSaid: 5 });
	// An entry of another kind.
	expect(await mark(7)).toEqual({ readSeq: 7, readSaid: 6 });
	expect(await mark(99)).toEqual({ readSeq: 8, readSaid: 6 });
	const last = await tab.untilTold('read:changed', ({ readSeq }) => readSeq === 8);
	expect(last).toEqual({ room: 'lobby', readSeq: 8, readSaid: 6 });
	// A node looks up a cursor that was marked on another node, and may find a later one.
	if (inject('engines')) return;
	expect(tab.told('read:changed').map(({ readSeq, readSaid }) => [readSeq, readSaid])).toEqual([
		[3, 3],
		[3, 4],
		[4, 5],
		[5, 5],
		[7, 6],
		[8, 6]
	]);
});

describe('[JOIN-3] a client that rejoins with a part of the log', () => {
	test('receives the changed messages of that part first, and then the new ones', async () => {
		const { me, friend } = await startLobby();
		const targets: Target[] = [];
		for (let index = 1; index <= 20; index += 1) targets.push(await sendTarget(me, `${index}`));
		const target = (seq: number) => targets[seq - 1] ?? NOWHERE;
		await friend.add('reaction', 'lobby', { target: target(15), emoji: '🎉', isSet: true });
		const before = await me.add('edit', 'lobby', { target: target(13), text: 'before' });
		// The friend holds 11 to 20 with their changes so far.
		const held = { from: 11, after: 22, afterId: before.id };

		await me.add('edit', 'lobby', { target: target(12), text: 'edited' });
		await me.add('delete', 'lobby', { target: target(18) });
		await me.add('reaction', 'lobby', { target: target(15), emoji: '👍', isSet: true });
		await me.add('edit', 'lobby', { target: target(5), text: 'not held' });
		const fresh = await sendTarget(me, 'new');
		await me.add('edit', 'lobby', { target: fresh, text: 'newer' });

		const joined = await friend.join('lobby', held);
		expect(joined).toMatchObject({ reset: false, head: 28, said: 21, from: 23, to: 28 });
		expect(joined.messages).toMatchObject([
			{ seq: 12, text: 'edited', changed: 23 },
			{ seq: 15, changed: 25, reactions: [{ emoji: '🎉', isMine: true }, { emoji: '👍' }] },
			{ seq: 18, text: '', isDeleted: true, changed: 24 },
			{ seq: 27, text: 'newer', changed: 28 }
		]);
		const again = await friend.join('lobby', { ...held, after: joined.to, afterId: joined.toId });
		expect(again).toMatchObject({ reset: false, from: 29, to: 28, toId: joined.toId, messages: [] });
	});

	test(`receives changes of the last ${MAX_HELD_MESSAGES} messages that it holds`, async () => {
		const { store, me, friend } = await startLobby();
		await storeMessages(store, me.user, 1, 400);
		const last = numbered(me.user, 400).id;
		await storeEdits(store, me.user, [100, 101, 400], 'edited');
		const joined = await friend.join('lobby', { from: 1, after: 400, afterId: last });
		expect(joined).toMatchObject({ reset: false, head: 403, from: 401, to: 403 });
		expect(joined.messages.map(({ seq }) => seq)).toEqual([101, 400]);
		const none = await friend.join('lobby', { after: 400, afterId: last });
		expect(none).toMatchObject({ reset: false, from: 401, to: 403, messages: [] });
	});
});

describe('[JOIN-4] a client that rejoins', () => {
	test.for([
		['as many as fit with a page', 150, 50],
		['one more, and one less on the page', 151, 49],
		['as many as fit alone', 200, 0]
	] as const)('is not reset while its changed messages fit into a packet: %s', async ([, count, shown]) => {
		const { store, me, friend } = await startLobby();
		await storeMessages(store, me.user, 1, 230);
		await storeEdits(store, me.user, range(1, count), 'edited');
		await storeMessages(store, me.user, 231, 300);
		const afterId = numbered(me.user, 230).id;
		const joined = await friend.join('lobby', { from: 1, after: 230, afterId });
		const toId = shown > 0 ? numbered(me.user, 230 + shown).id : afterId;
		const to = shown > 0 ? 230 + count + shown : 230;
		expect(joined).toMatchObject({ reset: false, from: 231, to, toId });
		expect(joined.messages.map(({ said }) => said)).toEqual([...range(1, count), ...range(231, 230 + shown)]);
	});

	test('is reset when more of its messages have changed than fit into a packet', async () => {
		const { store, me, friend } = await startLobby();
		await storeMessages(store, me.user, 1, 230);
		await storeEdits(store, me.user, range(1, 201), 'edited');
		await storeMessages(store, me.user, 231, 300);
		const joined = await friend.join('lobby', { from: 1, after: 230, afterId: numbered(me.user, 230).id });
		expect(joined).toMatchObject({ reset: true, to: 501 });
		expect(joined.messages.map(({ said }) => said)).toEqual(range(251, 300));
	});

	test('is reset when the texts of its changed messages do not fit into a packet', async () => {
		const { store, me, friend } = await startLobby();
		await storeMessages(store, me.user, 1, 30);
		await storeEdits(store, me.user, range(1, 30), '가'.repeat(4_000));
		await storeMessages(store, me.user, 31, 31, 'last');
		const joined = await friend.join('lobby', { from: 1, after: 30, afterId: numbered(me.user, 30).id });
		expect(joined).toMatchObject({ reset: true, head: 61, said: 31, to: 61 });
		expect(joined.messages.at(-1)).toMatchObject({ text: 'last' });
	});

	test('is reset when the entry at `after` is another one, a message or a change', async () => {
		const { me } = await startLobby();
		const target = await sendTarget(me);
		const edit = await me.add('edit', 'lobby', { target, text: 'edited' });
		for (const [after, afterId, reset] of [
			[1, target.id, false],
			[1, edit.id, true],
			[2, edit.id, false],
			[2, target.id, true],
			[3, edit.id, true]
		] as const) {
			expect(await me.join('lobby', { from: 1, after, afterId }), `${after} ${afterId}`).toMatchObject({ reset });
		}
	});
});

test('[REPLY-1] [REPLY-2] a reply reaches members with its quote, and is not found without its message', async () => {
	const { me, friend } = await startLobby();
	const replyTo = await sendTarget(me, 'the question');
	const { seq } = await friend.add('message', 'lobby', { text: 'the answer', replyTo });
	const quote = { seq: 1, id: replyTo.id, author: me.user, text: 'the question' };
	await me.untilTold('entry:new', ({ entries }) => entries.some((entry) => entry.seq === seq));
	expect(me.news('lobby').at(-1)).toMatchObject({ kind: 'message', text: 'the answer', quote });
	expect(me.news('lobby').at(-1)).not.toHaveProperty('replyTo');
	expect((await readAll(friend)).at(-1)?.quote).toEqual(quote);
	expect(await me.tryAdd('message', 'lobby', { text: 'x', replyTo: NOWHERE })).toEqual({
		ok: false,
		error: { code: 'not_found', message: 'the message that it replies to does not exist' }
	});
});

test('[MENTION-1] a mention without its name in the text is invalid', async () => {
	const { me } = await startLobby();
	const mentions = [{ id: me.user.id, name: '수달' }];
	for (const [text, code] of [
		['안녕 수달', 'invalid'],
		['안녕 @ 수달', 'invalid'],
		['안녕@수달님', 'ok']
	] as const) {
		expect(codeOf(await me.tryAdd('message', 'lobby', { text, mentions })), text).toBe(code);
	}
});

test('[MENTION-2] everyone is mentioned by the owner of a private room alone', async () => {
	const { me } = await startLobby();
	const { room } = await me.get('room:create', { title: 'Den' });
	const content = { text: '@모두', mentions: [{ id: EVERYONE, name: '모두' }] };
	expect(await me.tryAdd('message', 'lobby', content)).toEqual({
		ok: false,
		error: { code: 'forbidden', message: 'only the owner of a private room may mention everyone' }
	});
	expect(codeOf(await me.tryAdd('message', room, content))).toBe('ok');
});

test('[MENTION-3] the list of rooms marks a room with an unread mention', async () => {
	const { me, friend } = await startLobby();
	expect(await summaryOf(friend)).toMatchObject({ isMentioned: false, lastMention: 0 });
	const mentions = [{ id: friend.user.id, name: '친구' }];
	const { seq, id } = await me.add('message', 'lobby', { text: '@친구', mentions });
	await me.send('lobby', 'more');
	expect(await summaryOf(friend)).toMatchObject({ isMentioned: true, lastMention: seq });
	expect(await summaryOf(me)).toMatchObject({ isMentioned: false });
	await friend.get('read:mark', { room: 'lobby', seq });
	expect(await summaryOf(friend)).toMatchObject({ isMentioned: false, lastMention: 0, said: 2, readSaid: 1 });
	await me.add('delete', 'lobby', { target: me.target(id) });
	const again = await me.add('message', 'lobby', { text: '@친구', mentions });
	expect(await summaryOf(friend)).toMatchObject({ isMentioned: true, lastMention: again.seq });
	// The own message moves the cursor, which is not stored yet.
	await friend.send('lobby', 'here');
	expect(await summaryOf(friend)).toMatchObject({ isMentioned: false, lastMention: 0 });
});

test('[TOPIC-1] [TOPIC-2] any member sets the topic, which is a row for all and makes no room unread', async () => {
	const { me, friend } = await startLobby();
	await friend.send('lobby', 'hello');
	await me.get('read:mark', { room: 'lobby', seq: 1 });
	expect(await friend.add('topic', 'lobby', { text: ' 오늘의\n주제 ' })).toMatchObject({ seq: 2 });
	await me.untilTold('entry:new', ({ entries }) => entries.some(({ seq }) => seq === 2));
	expect(me.news('lobby').at(-1)).toMatchObject({ kind: 'topic', said: 1, text: '오늘의 주제', author: friend.user });
	expect(await me.join('lobby')).toMatchObject({ topic: '오늘의 주제', said: 1, readSaid: 1 });
	expect(await summaryOf(me)).toMatchObject({ topic: '오늘의 주제', said: 1, readSaid: 1, head: 2 });
	expect((await readAll(me)).at(-1)).toMatchObject({ text: '오늘의 주제', isTopic: true });
	expect(codeOf(await me.tryAdd('topic', 'lobby', { text: '가'.repeat(121) }))).toBe('invalid');
	const page = await me.get('history:read', { room: 'lobby', after: 0 });
	expect(page).not.toHaveProperty('topic');
});

test('[EDIT-2] [REACT-3] versions are for the author, and the people of a reaction for members', async () => {
	const { url, me, friend } = await startLobby();
	const target = await sendTarget(me, 'one');
	await me.add('edit', 'lobby', { target, text: 'two' });
	await friend.add('reaction', 'lobby', { target, emoji: '❤', isSet: true });
	expect(await me.get('message:versions', { room: 'lobby', target })).toMatchObject({ versions: [{ text: 'one' }] });
	expect(await me.get('message:reactors', { room: 'lobby', target, emoji: '❤' })).toEqual({ people: [friend.user] });
	const stranger = await connectChat(url);
	const codes = await Promise.all(
		[friend, stranger].map(async (client) => [
			await client.ask('message:versions', { room: 'lobby', target }),
			await client.ask('message:reactors', { room: 'lobby', target, emoji: '❤️' })
		])
	);
	expect(codes.map((replies) => replies.map((reply) => (reply.ok ? 'ok' : reply.error.code)))).toEqual([
		['forbidden', 'ok'],
		['not_found', 'not_found']
	]);
});
