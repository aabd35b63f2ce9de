import { randomUUID } from 'node:crypto';
import { READ_BYTES, type Reply, type RequestName } from '@digda/protocol';
import { describe, expect, test } from 'vitest';
import { Limits } from '../../src/limits/Limits.ts';
import { SharedBuckets } from '../../src/limits/SharedBuckets.ts';
import type { Store } from '../../src/store/store.ts';
import { connectChat, tokenOf, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { connectEcho } from '@digda/testkit/client/echo.ts';
import { contentOf, KINDS } from '@digda/testkit/entries.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { freezeClock } from '../support/frozen-clock.ts';

const LIMITED = { areRatesLimited: true, trustedHops: 1 };
const RATE_LIMITED = {
	ok: false,
	error: { code: 'rate_limited', retryAfterMs: expect.any(Number) as number }
};

/** Headers of a proxy that names this address. */
function from(address: string) {
	return { extraHeaders: { 'X-Forwarded-For': address } };
}

/** Twenty of these texts are a page of 235 KB, as much as a packet holds. */
const LARGE = '가'.repeat(4_000);

/** Makes a room with pages of the largest size. */
async function fillRoom(store: Store, author: ChatClientProbe, room: string, text = LARGE, count = 40): Promise<void> {
	await author.join(room);
	const message = () => ({
		...{ kind: 'message' as const, room, id: randomUUID(), author: author.user, isOperator: false, text, sentAt: 1 }
	});
	await store.append(Array.from({ length: count }, message), []);
}

const codesOf = (replies: Reply<unknown>[]) => replies.map((reply) => (reply.ok ? 'ok' : reply.error.code));
const count = <Item>(items: Item[], item: Item) => items.filter((each) => each === item).length;

function readMany(client: ChatClientProbe, times: number, room = 'library') {
	return Promise.all(
		Array.from({ length: times }, () => client.ask('history:read', { room, before: 1_000, limit: 200 }))
	);
}

describe('[REQ-8] bytes that are read', () => {
	test('a session reads 4 MB of pages at once over all its connections, and then gets retryAfterMs', async () => {
		const { url, store } = await startServer(LIMITED);
		const me = await connectChat(url, undefined, from('192.0.2.1'));
		const tab = await connectChat(url, tokenOf(me), from('192.0.2.1'));
		const you = await connectChat(url, undefined, from('192.0.2.1'));
		await fillRoom(store, me, 'library');
		await you.join('library');

		freezeClock();
		const replies = (await Promise.all([readMany(me, 15), readMany(tab, 15)])).flat();
		const rejected = replies.filter(({ ok }) => !ok);
		expect(rejected.length).toBeGreaterThan(0);
		for (const reply of rejected) expect(reply).toMatchObject(RATE_LIMITED);
		const bytes = replies.map((reply) => (reply.ok ? Buffer.byteLength(JSON.stringify(reply.data)) : 0));
		const sum = bytes.reduce((total, each) => total + each, 0);
		// Two pages are in flight when the share is used up.
		expect(sum).toBeLessThan(READ_BYTES.own.burst + 3 * Math.max(...bytes));
		expect(sum).toBeGreaterThan(READ_BYTES.own.burst / 2);
		expect(codesOf(await readMany(you, 1))).toEqual(['ok']);
	});

	test.for<[RequestName, object, 'ok' | 'rate_limited']>([
		['history:read', { room: 'library', after: 0 }, 'rate_limited'],
		['room:join', { room: 'library' }, 'rate_limited'],
		['room:list', {}, 'rate_limited'],
		['room:members', { room: '~0123456789abcdefghijkl' }, 'rate_limited'],
		['session:rename', { name: '수달' }, 'ok'],
		['read:mark', { room: 'library', seq: 1 }, 'ok'],
		['room:leave', { room: 'library' }, 'ok']
	])('%s with %o is %s after that', async ([name, payload, outcome]) => {
		const { url, store } = await startServer(LIMITED);
		const me = await connectChat(url, undefined, from('192.0.2.1'));
		await fillRoom(store, me, 'library');
		freezeClock();
		expect(codesOf(await readMany(me, 30))).toContain('rate_limited');
		// The server answers every request of the chat with a reply.
		const reply = (await me.askAnything(name, payload)) as Reply<object>;
		if (outcome === 'ok') expect(reply).toMatchObject({ ok: true });
		else expect(reply).toMatchObject(RATE_LIMITED);
	});

	test.for(KINDS)('an entry of the kind %s is stored after that', async (kind) => {
		const { url, store } = await startServer(LIMITED);
		const me = await connectChat(url, undefined, from('192.0.2.1'));
		await fillRoom(store, me, 'library');
		const { id, seq } = await me.send('library', 'hello');
		freezeClock();
		expect(codesOf(await readMany(me, 30))).toContain('rate_limited');
		expect(await me.add(kind, 'library', contentOf(kind, me.target(id)))).toMatchObject({ seq: seq + 1 });
	});

	test('an address reads 32 MB at once over all its sessions, and delays no other address', async () => {
		const limits = new Limits(true);
		const reject = (waitMs: number): never => {
			throw new Error(`wait for ${waitMs} ms`);
		};
		const read = async (user: string, address: string) =>
			await limits.queued(user, address, () => 'a page', { sizeOf: () => 1024 * 1024, reject });
		for (let index = 0; index < 33; index += 1) await read(`guest ${index}`, '192.0.2.1');
		await expect(read('another guest', '192.0.2.1')).rejects.toThrow(/wait for/);
		expect(await read('another guest', '192.0.2.2')).toBe('a page');
	});

	test('a reader who scrolls through thousands of ordinary messages is never rejected', async () => {
		const { url, store } = await startServer(LIMITED);
		const me = await connectChat(url);
		await fillRoom(store, me, 'lobby', '오늘 저녁에 같이 밥 먹을래? '.repeat(4), 4_500);
		for (let before = 4_501; before > 1;) {
			const page = await me.get('history:read', { room: 'lobby', before, limit: 50 });
			before = page.messages[0]?.seq ?? 1;
		}
	});
});

describe('[REQ-9] bytes that are sent to others', () => {
	/** A person with 20 connections in 50 rooms, who has renamed themselves as often as possible at once. */
	async function renamed() {
		const { url, store, lines } = await startServer(LIMITED);
		const me = await connectChat(url, undefined, from('192.0.2.1'));
		const { room: own } = await me.get('room:create', { title: '방' });
		for (let index = 1; index < 50; index += 1) await store.join(me.user.id, `room-${index}`, 1);
		const id = randomUUID();
		const author = { author: me.user, isOperator: false };
		await store.append([{ kind: 'message', room: 'room-1', id, ...author, text: 'x', sentAt: 1 }], []);
		const tabs: ChatClientProbe[] = [];
		for (let index = 0; index < 20; index += 1) tabs.push(await connectChat(url, tokenOf(me), from('192.0.2.1')));
		const witness = await connectChat(url, undefined, from('192.0.2.2'));
		await witness.join('room-1');
		const [tab] = tabs;
		if (!tab) throw new Error('no connection');
		freezeClock();
		const renames = Array.from({ length: 45 }, (_, index) => tab.ask('session:rename', { name: `수달 ${index}` }));
		return { tab, own, target: me.target(id), witness, lines, codes: codesOf(await Promise.all(renames)) };
	}

	test('repeated renames before thousands of connections are rejected, with all other broadcasts of the person', async () => {
		const { tab, own, target, witness, codes } = await renamed();
		expect(count(codes, 'ok')).toBeGreaterThan(10);
		expect(count(codes, 'rate_limited')).toBeGreaterThan(0);
		const replies = [
			...(await Promise.all(KINDS.map((kind) => tab.tryAdd(kind, 'room-1', contentOf(kind, target))))),
			await tab.ask('room:rename', { room: own, title: '다른 방' })
		];
		for (const reply of replies) expect(reply).toMatchObject(RATE_LIMITED);
		tab.emitAnything('typing:set', { room: 'room-1', isTyping: true });
		// Requests without a broadcast are served.
		expect(await tab.ask('history:read', { room: 'room-1', after: 0 })).toMatchObject({ ok: true });
		await witness.send('room-1', 'from another address');
		await witness.untilTold('entry:new');
		expect(witness.told('typing:changed')).toEqual([]);
	});

	test('a text counts for each receiving connection, and one larger than the bucket is allowed once', () => {
		const limits = new Limits(true);
		const megabytes = (number: number) => () => number * 1024 * 1024;
		expect(limits.deliver('me', '192.0.2.1', megabytes(24))).toBe(0);
		expect(limits.deliver('me', '192.0.2.1', megabytes(0))).toBeGreaterThan(1_500);
		expect(limits.deliver('you', '192.0.2.1', megabytes(12))).toBe(0);
		expect(limits.deliver('somebody', '192.0.2.1', megabytes(0))).toBeGreaterThan(0);
		expect(limits.deliver('somebody', '192.0.2.2', megabytes(1))).toBe(0);
		expect(new Limits(false).deliver('me', '192.0.2.1', () => Infinity)).toBe(0);
	});
});

test('[REQ-5] people who wait for their address get different times, and are served then', () => {
	let ms = 0;
	const rate = { own: { burst: 5, perSecond: 5 }, address: { burst: 10, perSecond: 100 } };
	const buckets = new SharedBuckets(rate, 1, () => ms);
	const ask = (owner: string) => buckets.tryTake(owner, '192.0.2.1');
	for (let index = 0; index < 10; index += 1) expect(ask(`guest ${index}`)).toBe(0);
	const waits = Array.from({ length: 20 }, (_, index) => ask(`member ${index}`));
	expect(new Set(waits).size).toBe(20);
	expect(Math.max(...waits)).toBeLessThanOrEqual(210);
	for (const [index, waitMs] of waits.entries()) {
		ms = waitMs + 0.001;
		expect(ask(`member ${index}`)).toBe(0);
	}
	expect(buckets.tryTake('somebody', '192.0.2.2')).toBe(0);
	for (let index = 0; index < 10_000; index += 1) ask(`flood ${index}`);
	expect(ask('at last')).toBeLessThanOrEqual(5_200);
});

describe('packets of an address', () => {
	test('an address sends 24,000 packets at once; then its connections are cut, and no others', async () => {
		const { url, lines } = await startServer(LIMITED);
		const options = { transports: ['websocket'], reconnection: false };
		const crowd = await Promise.all(
			Array.from({ length: 30 }, () => connectEcho(url, { ...options, ...from('192.0.2.1') }))
		);
		const other = await connectEcho(url, { ...options, ...from('192.0.2.2') });
		freezeClock();
		// Each connection stays below its own share.
		for (const { io } of crowd) for (let number = 0; number < 1_900; number += 1) sendRaw(io.engine, '6');
		await expect.poll(() => crowd.filter(({ connected }) => !connected).length).toBeGreaterThan(3);
		expect(lines).toContainEqual(expect.objectContaining({ msg: 'Cut a connection', reason: 'flood' }));
		expect(await other.emitWithAck('eventFromClient', 'hello')).toMatchObject({ ok: true });
	});

	test('a connection that sends endless packets of 64 KB is cut', async () => {
		const { url, lines } = await startServer(LIMITED);
		const socket = await connectEcho(url, { transports: ['websocket'], reconnection: false });
		freezeClock();
		const packet = `42["eventFromClient",[${'[],'.repeat(20_000)}0]]`;
		for (let number = 0; number < 200; number += 1) sendRaw(socket.io.engine, packet);
		await expect.poll(() => socket.connected).toBe(false);
		expect(lines).toContainEqual(expect.objectContaining({ msg: 'Cut a connection', reason: 'flood' }));
	});

	test.for(['ping', 'pong'] as const)(
		'an address sends the %ss of 20 connections at once; then its connections are cut, and no others',
		async (kind) => {
			const { url } = await startServer(LIMITED);
			const options = { transports: ['websocket'], reconnection: false };
			const crowd = await Promise.all(
				Array.from({ length: 30 }, () => connectEcho(url, { ...options, ...from('192.0.2.1') }))
			);
			const other = await connectEcho(url, { ...options, ...from('192.0.2.2') });
			freezeClock();
			for (const { io } of crowd) for (let number = 0; number < 18; number += 1) webSocketOf(io.engine)[kind]();
			await expect.poll(() => crowd.filter(({ connected }) => !connected).length).toBeGreaterThan(2);
			webSocketOf(other.io.engine)[kind]();
			expect(await other.emitWithAck('eventFromClient', 'hello')).toMatchObject({ ok: true });
		}
	);
});

/** The private WebSocket of a client. */
function webSocketOf(engine: unknown) {
	return (engine as { transport: { ws: { send: (packet: string) => void; ping: () => void; pong: () => void } } })
		.transport.ws;
}

function sendRaw(engine: unknown, packet: string): void {
	webSocketOf(engine).send(packet);
}
