import { randomUUID } from 'node:crypto';
import type { Reply } from '@digda/protocol';
import { expect, test } from 'vitest';
import { ChatClientProbe, connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { connectEcho } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { freezeClock } from '../support/frozen-clock.ts';

const LIMITED = { areRatesLimited: true };

/** The waits of the rejections among replies, which must all have `retryAfterMs`. */
function rejectionsOf(replies: readonly Reply<unknown>[]): number[] {
	return replies.flatMap((reply) => {
		if (reply.ok) return [];
		expect(reply.error).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) as number });
		return reply.error.retryAfterMs ?? 0;
	});
}

function sendMany(client: ChatClientProbe, count: number) {
	const ids = Array.from({ length: count }, () => randomUUID());
	return Promise.all(ids.map((id) => client.ask('message:send', { room: 'lobby', id, text: 'hello' })));
}

/** Headers of a proxy that names this address. */
function from(address: string) {
	return { extraHeaders: { 'X-Forwarded-For': address } };
}

test('[REQ-5] a session sends 10 messages at once over all its connections, and then waits for retryAfterMs', async () => {
	const { url } = await startServer(LIMITED);
	const [me, you] = [await connectChat(url), await connectChat(url)];
	const tab = await connectChat(url, tokenOf(me));
	for (const client of [me, you]) await client.join('lobby');

	const clock = freezeClock();
	const replies = (await Promise.all([sendMany(me, 6), sendMany(tab, 6)])).flat();
	expect(rejectionsOf(replies)).toHaveLength(2);
	expect(await sendMany(you, 1)).toMatchObject([{ ok: true }]);

	const [last = Infinity] = rejectionsOf(await sendMany(me, 1));
	expect(last).toBeLessThanOrEqual(200);
	clock.pass(last);
	expect(await sendMany(me, 1)).toMatchObject([{ ok: true }]);
	// The store has no rejected message.
	expect((await you.get('history:read', { room: 'lobby', after: 0 })).head).toBe(12);
});

test('[REQ-5] a session asks 100 requests at once, and sending has another bucket', async () => {
	const { url } = await startServer(LIMITED);
	const me = await connectChat(url);
	await me.join('lobby');
	freezeClock();
	const read = { room: 'lobby', after: 0 };
	const replies = await Promise.all(Array.from({ length: 120 }, () => me.ask('history:read', read)));
	const count = rejectionsOf(replies).length;
	expect(count).toBeGreaterThan(0);
	expect(count).toBeLessThanOrEqual(21);
	expect(await sendMany(me, 1)).toMatchObject([{ ok: true }]);
});

test('[REQ-5] an address has the share of 20 sessions, whatever address a client forges', async () => {
	const { url } = await startServer({ ...LIMITED, trustedHops: 1 });
	const crowd = await Promise.all(
		Array.from({ length: 25 }, (_, index) => connectChat(url, undefined, from(`10.0.0.${index}, 192.0.2.1`)))
	);
	const other = await connectChat(url, undefined, from('192.0.2.2'));
	for (const client of [...crowd, other]) await client.join('lobby');

	freezeClock();
	const replies = (await Promise.all(crowd.map((client) => sendMany(client, 10)))).flat();
	const stored = replies.length - rejectionsOf(replies).length;
	expect(stored).toBe(200);
	expect(await sendMany(other, 1)).toMatchObject([{ ok: true }]);
});

test('[REQ-5] disconnects a client that keeps asking before its time, and no other', async () => {
	const { url, lines } = await startServer(LIMITED);
	const [me, you] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, you]) await client.join('lobby');
	freezeClock();
	const lost = nextEvent(me.socket, 'disconnect');

	for (let count = 0; count < 100; count += 1) {
		me.emitAnything('message:send', { room: 'lobby', id: randomUUID(), text: 'flood' });
	}

	expect(await lost).toMatch(/^transport/);
	expect(lines).toContainEqual(expect.objectContaining({ msg: 'Cut a connection', reason: 'offences' }));
	expect(await sendMany(you, 1)).toMatchObject([{ ok: true }]);
});

test('[REQ-5] forgives a few requests that were in flight at the first rejection', async () => {
	const { url } = await startServer(LIMITED);
	const me = await connectChat(url);
	await me.join('lobby');
	freezeClock();
	expect(rejectionsOf(await sendMany(me, 26))).toHaveLength(16);
	expect(me.socket.connected).toBe(true);
});

test('a connection sends 1,000 texts to the echo at once, and is closed beyond that', async () => {
	const { url, lines } = await startServer(LIMITED);
	const socket = await connectEcho(url, { transports: ['websocket'], reconnection: false });
	const heard: string[] = [];
	socket.on('eventFromServer', (text) => heard.push(text));
	for (let count = 0; count < 1_000; count += 1) socket.emit('eventFromClient', String(count));
	await expect.poll(() => heard.length).toBe(1_000);

	const lost = nextEvent(socket, 'disconnect');
	// Fewer than the packets that a connection may send.
	for (let count = 0; count < 900; count += 1) socket.emit('eventFromClient', String(count));
	expect(await lost).toMatch(/^transport/);
	expect(lines).toContainEqual(expect.objectContaining({ msg: 'Cut a connection', reason: 'flood' }));
});

test('an address gets 100 new guests at once, while known sessions connect beyond that', async () => {
	const { url } = await startServer({ ...LIMITED, trustedHops: 1 });
	const crowd: ChatClientProbe[] = [];
	for (let count = 0; count < 100; count += 1) crowd.push(await connectChat(url, undefined, from('192.0.2.1')));
	const [first] = crowd;
	if (!first) throw new Error('the crowd is empty');

	const rejected: unknown[] = [];
	// The server admits one every two seconds meanwhile.
	for (let count = 0; count < 20 && rejected.length === 0; count += 1) {
		const { socket } = new ChatClientProbe(url, { ...from('192.0.2.1'), reconnection: false });
		socket.on('connect_error', (error) => rejected.push((error as { data?: unknown }).data));
		await Promise.race([nextEvent(socket, 'connect_error'), nextEvent(socket, 'session:ready')]);
	}
	expect(rejected).toEqual([{ code: 'rate_limited', retryAfterMs: expect.any(Number) as number }]);

	await connectChat(url, tokenOf(first), from('192.0.2.1'));
	await connectChat(url, undefined, from('192.0.2.2'));
});

test('an address makes 100 rooms at once, and joins existing ones beyond that', async () => {
	const { url } = await startServer(LIMITED);
	const people = [await connectChat(url), await connectChat(url), await connectChat(url)];
	const join = (room: string, person: number) => people[person]?.ask('room:join', { room });
	for (let count = 0; count < 100; count += 1) {
		expect(await join(`room-${count}`, count % 2)).toMatchObject({ ok: true });
	}
	const replies = [await join('one-more', 2), await join('and-another', 2)];
	expect(replies).toContainEqual({
		ok: false,
		error: expect.objectContaining({ code: 'unavailable', retryAfterMs: expect.any(Number) as number }) as object
	});
	expect(await join('room-1', 2)).toMatchObject({ ok: true });
});

test('a server without limits rejects nothing', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	expect(rejectionsOf(await sendMany(me, 200))).toEqual([]);
});
