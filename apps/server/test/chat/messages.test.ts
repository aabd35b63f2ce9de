import { randomUUID } from 'node:crypto';
import { MAX_PACKET_BYTES } from '@digda/protocol';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { KINDS, requestOf } from '@digda/testkit/entries.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';

test('[NEWS-1] delivers a message to every member of the room, the sender included', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	await me.join('lobby');
	await friend.join('lobby');
	const id = randomUUID();
	const { seq, sentAt } = await me.send('lobby', '안녕하세요', id);
	expect(seq).toBe(1);
	for (const client of [me, friend]) {
		await client.untilTold('entry:new');
		expect(client.news('lobby')).toEqual([
			{ kind: 'message', seq, id, author: me.user, text: '안녕하세요', sentAt, said: 1 }
		]);
	}
});

test('[SEND-2] a message sent again keeps its seq, on another connection too, and is delivered once', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	const tab = await connectChat(url, tokenOf(me));
	await me.join('lobby');
	const id = randomUUID();
	const places = await Promise.all(
		Array.from({ length: 20 }, (_, index) => (index % 2 ? me : tab).send('lobby', 'hello ', id))
	);
	expect(new Set(places.map(({ seq }) => seq))).toEqual(new Set([1]));
	await me.send('lobby', 'next');
	await expect.poll(() => me.news('lobby').map(({ seq }) => seq)).toEqual([1, 2]);
});

test('[SEND-2] a message sent again after leaving keeps its seq and is delivered once', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	await me.join('lobby');
	await friend.join('lobby');
	const first = await me.send('lobby', 'hello');
	await me.get('room:leave', { room: 'lobby' });
	expect(await me.send('lobby', 'hello', first.id)).toEqual(first);
	await friend.send('lobby', 'next');
	await friend.untilTold('entry:new', ({ entries }) => entries.at(-1)?.seq === 2);
	expect(friend.news('lobby').map(({ seq }) => seq)).toEqual([1, 2]);
});

test('[SEND-3] an id with another text or room is id_reused, and with another author a new message', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	for (const room of ['lobby', 'hall']) for (const each of [me, friend]) await each.join(room);
	const { id } = await me.send('lobby', 'hello');
	for (const other of [
		{ room: 'lobby', text: 'other' },
		{ room: 'hall', text: 'hello' }
	]) {
		expect(await me.ask('message:send', { id, ...other })).toMatchObject({
			error: { code: 'id_reused' }
		});
	}
	expect(await friend.send('lobby', 'hello', id)).toMatchObject({ seq: 2 });
});

test('[SEND-4] [SEND-5] many concurrent senders leave no hole, and each keeps its order', async () => {
	const { url } = await startServer();
	const clients = await Promise.all(Array.from({ length: 8 }, () => connectChat(url)));
	for (const client of clients) await client.join('lobby');
	await Promise.all(
		clients.flatMap((client) => Array.from({ length: 50 }, (_, index) => client.send('lobby', String(index))))
	);
	const [reader] = clients;
	await expect.poll(() => reader?.news('lobby').length).toBe(400);
	const news = reader?.messages('lobby') ?? [];
	expect(news.map(({ seq }) => seq)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
	for (const { user } of clients) {
		const own = news.filter(({ author }) => author.id === user.id).map(({ text }) => Number(text));
		expect(own).toEqual(Array.from({ length: 50 }, (_, index) => index));
	}
});

test('[SEND-6] rejects a message of a non-member, and takes the author from the session', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	const friend = await connectChat(url);
	await friend.join('lobby');
	const message = { room: 'lobby', id: randomUUID(), text: 'x', author: friend.user, sentAt: 1 };
	expect(await me.ask('message:send', message)).toMatchObject({ error: { code: 'forbidden' } });
	expect(await me.ask('message:send', { ...message, room: 'nowhere' })).toMatchObject({
		error: { code: 'not_found' }
	});
	await me.join('lobby');
	await me.get('message:send', message);
	await friend.untilTold('entry:new');
	expect(friend.news('lobby')).toMatchObject([{ author: me.user }]);
	expect(friend.news('lobby')[0]?.sentAt).toBeGreaterThan(1.7e12);
});

test('[REQ-2] rejects wrong payloads as invalid, and disturbs no other client', async () => {
	const { url, lines } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	await friend.join('lobby');
	const nested = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`) as unknown;
	const wrong = [undefined, null, 7, 'x', [], {}, nested, { room: 7 }, { room: nested, id: nested }];
	for (const name of [
		'room:join',
		'room:leave',
		...KINDS.map(requestOf),
		'history:read',
		'read:mark',
		'session:rename'
	]) {
		for (const payload of wrong) {
			expect(await me.askAnything(name, payload), name).toMatchObject({
				ok: false,
				error: { code: 'invalid' }
			});
		}
		expect(await me.askAnything(name)).toMatchObject({ error: { code: 'invalid' } });
		me.emitAnything(name);
	}
	me.socket.emit('typing:set', { room: '\u0000', isTyping: true });
	me.emitAnything('unheard of', 7);
	await friend.send('lobby', 'undisturbed');
	expect(lines.filter(({ level }) => level >= 40)).toEqual([]);
});

test('[REQ-4] a page of long messages stays within the packet limit, and the next page continues it', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	const text = '가'.repeat(4_000);
	await Promise.all(Array.from({ length: 60 }, () => me.send('lobby', text)));
	const seqs: number[] = [];
	for (let after = 0; after < 60; after = seqs.at(-1) ?? 60) {
		const { messages, head } = await me.get('history:read', { room: 'lobby', after, limit: 200 });
		expect(head).toBe(60);
		expect(Buffer.byteLength(JSON.stringify(messages))).toBeLessThan(MAX_PACKET_BYTES);
		seqs.push(...messages.map(({ seq }) => seq));
	}
	expect(seqs).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
	for (const news of me.told('entry:new')) {
		expect(Buffer.byteLength(JSON.stringify(news))).toBeLessThan(MAX_PACKET_BYTES);
	}
});

test('[READ-1] history:read returns the messages before, after and around a seq', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	for (let index = 1; index <= 20; index += 1) await me.send('lobby', String(index));
	const read = async (range: object) => {
		const request = { room: 'lobby', limit: 5, ...range };
		const { messages } = await me.get('history:read', request);
		return messages.map(({ seq }) => seq);
	};
	expect(await read({ before: 11 })).toEqual([6, 7, 8, 9, 10]);
	expect(await read({ before: 3 })).toEqual([1, 2]);
	expect(await read({ after: 18 })).toEqual([19, 20]);
	expect(await read({ after: 99 })).toEqual([]);
	const around = await read({ around: 10 });
	expect(around).toContain(10);
	expect(around).toHaveLength(5);
});

test('[READ-5] history:find returns the first message at or after a time', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	expect(await me.get('history:find', { room: 'lobby', at: 0 })).toEqual({ seq: 0 });
	const first = await me.send('lobby', 'first');
	await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(first.sentAt);
	const last = await me.send('lobby', 'last');
	const find = async (at: number) => (await me.get('history:find', { room: 'lobby', at })).seq;
	expect([await find(0), await find(first.sentAt), await find(first.sentAt + 1)]).toEqual([1, 1, 2]);
	expect([await find(last.sentAt), await find(last.sentAt + 1)]).toEqual([2, 2]);
});

test('[READ-2] a read cursor never goes back or past the head, and reaches the other tabs of its user', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	const tab = await connectChat(url, tokenOf(me));
	await me.join('lobby');
	await friend.join('lobby');
	for (const text of ['a', 'b', 'c']) await friend.send('lobby', text);
	expect(await me.get('read:mark', { room: 'lobby', seq: 2 })).toEqual({ readSeq: 2, readSaid: 2 });
	expect(await me.get('read:mark', { room: 'lobby', seq: 1 })).toEqual({ readSeq: 2, readSaid: 2 });
	expect(await me.get('read:mark', { room: 'lobby', seq: 99 })).toEqual({ readSeq: 3, readSaid: 3 });
	expect((await tab.untilTold('read:changed', ({ readSeq }) => readSeq === 3)).room).toBe('lobby');
	expect([...me.told('read:changed'), ...friend.told('read:changed')]).toEqual([]);
	expect((await tab.get('room:list', {})).rooms).toMatchObject([{ readSeq: 3 }]);
});

test('[LINE-6] the server answers a ping at once, while a mark, a join and a page wait', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	const answered: string[] = [];
	const note = (name: string) => () => void answered.push(name);
	const slow = [
		me.get('read:mark', { room: 'lobby', seq: 0 }).then(note('mark')),
		me.get('room:join', { room: 'hall' }).then(note('join')),
		me.get('history:read', { room: 'lobby', after: 0 }).then(note('page'))
	];
	const ping = me.get('connection:ping', {}).then(note('ping'));
	await Promise.all([...slow, ping]);
	expect(answered[0]).toBe('ping');
});

test('[READ-3] an author has read their message and those before it, in every later answer', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	await me.join('lobby');
	await friend.join('lobby');
	await friend.send('lobby', 'hello');
	await me.send('lobby', 'hello yourself');
	const tab = await connectChat(url, tokenOf(me));
	// Another node answers with the written cursor, at most a second later.
	const list = async () => (await tab.get('room:list', {})).rooms;
	if (inject('engines')) await expect.poll(list).toMatchObject([{ head: 2, readSeq: 2 }]);
	expect(await list()).toMatchObject([{ head: 2, readSeq: 2 }]);
	expect(await tab.get('room:join', { room: 'lobby' })).toMatchObject({ head: 2, readSeq: 2 });
	expect(await friend.get('room:join', { room: 'lobby' })).toMatchObject({ head: 2, readSeq: 1 });
});

test('[READ-3] the read cursor of an author survives an orderly stop', async () => {
	const database = temporaryDatabase();
	onTestFinished(() => database.remove());
	const server = await startProcess({ DATABASE_URL: database.url });
	const me = await connectChat(server.url, undefined, { reconnection: false });
	await me.join('lobby');
	await me.send('lobby', 'hello');
	expect(await server.stop('SIGTERM')).toBe(0);

	const store = await openStore(database.url, createLogger('silent'));
	onTestFinished(() => store.close());
	expect(await store.roomsOf(me.user.id)).toMatchObject([{ room: 'lobby', readSeq: 1 }]);
});

test('[READ-2] a mark is forbidden when its sender leaves meanwhile, and reaches no other tab', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	const tab = await connectChat(url, tokenOf(me));
	await me.join('lobby');
	await friend.join('lobby');
	await friend.send('lobby', 'hello');
	const marked = me.ask('read:mark', { room: 'lobby', seq: 1 });
	await me.get('room:leave', { room: 'lobby' });
	expect(await marked).toMatchObject({ ok: false, error: { code: 'forbidden' } });
	await tab.get('room:list', {}); // its answer comes after any read:changed
	expect(tab.told('read:changed')).toEqual([]);
});

test('[READ-2] a read cursor that is not written yet survives an orderly stop', async () => {
	const database = temporaryDatabase();
	onTestFinished(() => database.remove());
	const server = await startProcess({ DATABASE_URL: database.url });
	const me = await connectChat(server.url, undefined, { reconnection: false });
	const friend = await connectChat(server.url, undefined, { reconnection: false });
	await me.join('lobby');
	await friend.join('lobby');
	await friend.send('lobby', 'hello');
	me.emitAnything('read:mark', { room: 'lobby', seq: 1 });
	await me.get('room:list', {}); // the mark has arrived
	expect(await server.stop('SIGTERM')).toBe(0);

	const store = await openStore(database.url, createLogger('silent'));
	onTestFinished(() => store.close());
	expect(await store.roomsOf(me.user.id)).toMatchObject([{ room: 'lobby', readSeq: 1 }]);
});

test('[NEWS-2] sends the heads of a member’s rooms periodically', async () => {
	const { url } = await startServer({ timings: { headsIntervalMs: 300 } });
	const me = await connectChat(url);
	await me.join('lobby');
	await me.join('hall');
	const before = await me.untilTold('room:heads', ({ heads }) => 'hall' in heads);
	expect(before.heads).toEqual({ lobby: { head: 0, said: 0 }, hall: { head: 0, said: 0 } });
	await me.send('lobby', 'hello');
	const after = await me.untilTold('room:heads', ({ heads }) => heads['lobby']?.head !== 0);
	expect(after.heads).toEqual({ lobby: { head: 1, said: 1 }, hall: { head: 0, said: 0 } });
});
