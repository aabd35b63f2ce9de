import { randomUUID } from 'node:crypto';
import type { RejectionCode, Reply } from '@digda/protocol';
import { expect, test } from 'vitest';
import { siteOf } from '../../src/http/client-address.ts';
import { GROWTH } from '../../src/limits/growth.ts';
import { Limits } from '../../src/limits/Limits.ts';
import { STORAGE_PER_DAY, StorageQuota, type Payers, type StoragePerDay } from '../../src/limits/StorageQuota.ts';
import type { ServerOptions } from '../../src/server.ts';
import { ChatClientProbe, connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { contentOf, KINDS, requestOf } from '@digda/testkit/entries.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

const MB = 1024 * 1024;
const TEXT = 'x'.repeat(4_000);

/** The cost of a message with this text in the lobby. */
const MESSAGE = Math.ceil(GROWTH['message:send'].bytes({ room: 'lobby', name: 'n'.repeat(24), text: TEXT }));
const JOIN = Math.ceil(GROWTH['room:join'].bytes({ room: 'lobby' }));
const GUEST = Math.ceil(GROWTH['session:new'].bytes());

const PLENTY: StoragePerDay = { person: 1_024 * MB, address: 1_024 * MB, site: 1_024 * MB, room: 1_024 * MB };

/** Starts a server with the usual limits otherwise, behind a proxy that names addresses. */
async function start(perDay: Partial<StoragePerDay>, options: Partial<ServerOptions> = {}) {
	const storagePerDay = { ...PLENTY, ...perDay };
	return await startServer({ areRatesLimited: true, trustedHops: 1, storagePerDay, ...options });
}

function from(address: string) {
	return { extraHeaders: { 'X-Forwarded-For': address } };
}

function send(client: ChatClientProbe, room = 'lobby', id: string = randomUUID()) {
	return client.ask('message:send', { room, id, text: TEXT });
}

/** Sends messages until one is rejected. @returns the rejection and the number of stored messages */
async function fill(client: ChatClientProbe, most = 10, room = 'lobby') {
	for (let stored = 0; stored < most; stored += 1) {
		const reply = await send(client, room);
		if (!reply.ok) return { stored, error: reply.error };
	}
	return { stored: most, error: undefined };
}

/** A rejection whose `retryAfterMs` is longer than that of any rate. */
function rejection(code: RejectionCode) {
	return { ok: false, error: expect.objectContaining({ code, retryAfterMs: expect.any(Number) as number }) as object };
}

function waitOf(reply: Reply<unknown>): number {
	return reply.ok ? 0 : (reply.error.retryAfterMs ?? 0);
}

async function headOf(client: ChatClientProbe, room = 'lobby'): Promise<number> {
	return (await client.get('history:read', { room, after: 0, limit: 1 })).head;
}

/** Connects a new guest. @returns `ready`, or the data of the rejection */
async function tryAsGuest(url: string, address: string): Promise<unknown> {
	return await answered(new ChatClientProbe(url, { ...from(address), reconnection: false }));
}

/** Waits until a client is admitted or rejected. @returns `ready`, or the data of the rejection */
async function answered({ socket }: ChatClientProbe): Promise<unknown> {
	const rejected = nextEvent(socket, 'connect_error').then((error) => (error as { data?: unknown }).data);
	return await Promise.race([rejected, nextEvent(socket, 'session:ready').then(() => 'ready')]);
}

test('[STORE-1] a person, an address, a site and a room have a share that fills within a day', () => {
	expect(STORAGE_PER_DAY).toEqual({ person: 16 * MB, address: 160 * MB, site: 640 * MB, room: 1_024 * MB });
	const clock = { ms: 0 };
	const quota = new StorageQuota(STORAGE_PER_DAY, () => clock.ms);
	const ada: Payers = { person: 'ada', address: '192.0.2.1' };
	quota.take(ada, 16 * MB);
	expect(quota.shortage(ada, 1)).toMatchObject({ payer: 'person' });
	expect(quota.shortage({ ...ada, person: 'bora' }, 1)).toBeUndefined();
	clock.ms += 43_200_000;
	expect(quota.shortage(ada, 8 * MB)).toBeUndefined();
	expect(quota.shortage(ada, 8 * MB + 1)?.waitMs).toBeGreaterThan(0);
});

test('[STORE-1] the server forgets a share that is full again', () => {
	const clock = { ms: 0 };
	const quota = new StorageQuota(STORAGE_PER_DAY, () => clock.ms);
	for (let index = 0; index < 10_000; index += 1) {
		quota.take({ person: `${index}`, address: `2001:db8:${index.toString(16)}:1::/64`, room: `${index}` }, 500);
		clock.ms += 1_000;
	}
	expect(quota.size).toBeLessThan(4_100);
});

test.for([
	['2001:db8:1:2::/64', '2001:db8:1::/48'],
	['2001:db8:0:0::/64', '2001:db8:0::/48'],
	['192.0.2.1', undefined],
	['unknown', undefined]
] as const)('the site of %s is %s', ([address, site]) => {
	expect(siteOf(address)).toBe(site);
});

test('[STORE-1] rejects a person who has stored their share, and no other', async () => {
	const { url } = await start({ person: 3.5 * MESSAGE });
	const [me, you] = [await connectChat(url, undefined, from('192.0.2.1')), await connectChat(url)];
	for (const client of [me, you]) await client.join('lobby');

	const { stored, error } = await fill(me);
	expect([stored, error?.code]).toEqual([3, 'rate_limited']);
	// The missing bytes come within the day.
	expect(error?.retryAfterMs).toBeGreaterThan(60_000);
	expect(error?.retryAfterMs).toBeLessThan(86_400_000);
	// The rejection has stored nothing, and a small message still fits.
	expect(await headOf(you)).toBe(3);
	await me.send('lobby', 'hi');
	expect(await send(you)).toMatchObject({ ok: true });
	// Another device is the same person.
	const device = await connectChat(url, tokenOf(me), from('192.0.2.9'));
	expect(await send(device)).toEqual(rejection('rate_limited'));
});

test('[STORE-1] a message that was stored before, or is not stored, costs nothing', async () => {
	const { url, store } = await start({ person: 3.5 * MESSAGE, room: 3.5 * MESSAGE });
	const [me, you] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, you]) await client.join('lobby');
	await you.join('attic');
	await me.join('hall');
	const id = randomUUID();
	const first = await send(me, 'lobby', id);
	expect(await send(me, 'lobby', id)).toEqual(first);
	expect(await send(me, 'attic')).toMatchObject({ error: { code: 'forbidden' } });
	expect(await send(me, 'nowhere')).toMatchObject({ error: { code: 'not_found' } });
	expect(await send(me, 'hall', id)).toMatchObject({ error: { code: 'id_reused' } });
	// A message that a failing disk may not have stored costs nothing either.
	const append = store.append.bind(store);
	store.append = () => Promise.reject(new Error('no'));
	for (let count = 0; count < 2; count += 1) expect(await send(me)).toMatchObject({ error: { code: 'internal' } });
	store.append = append;
	expect((await fill(me)).stored).toBe(2);
	// Non-members have used nothing of the share of the room.
	expect((await fill(you, 3, 'attic')).stored).toBe(3);
});

test('[STORE-1] rejects messages to a room that has stored its share, and to no other room', async () => {
	const { url } = await start({ room: 2.5 * MESSAGE });
	const [me, you] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, you]) for (const room of ['lobby', 'attic']) await client.join(room);
	expect((await fill(me)).stored).toBe(2);
	expect(await send(you)).toEqual(rejection('unavailable'));
	expect(await send(you, 'attic')).toMatchObject({ ok: true });
	expect(await send(me, 'attic')).toMatchObject({ ok: true });
});

test('[STORE-1] a stranger gets the same answer for a full private room as for a missing one', async () => {
	const { url } = await start({ room: 2.5 * MESSAGE });
	const [owner, stranger] = [await connectChat(url), await connectChat(url)];
	const { room } = await owner.get('room:create', { title: 'Attic' });
	expect((await fill(owner, 10, room)).stored).toBe(2);
	expect(await send(owner, room)).toEqual(rejection('unavailable'));
	const text = (reply: unknown) => JSON.stringify(reply);
	expect(text(await send(stranger, room))).toBe(text(await send(stranger, `~${'a'.repeat(22)}`)));
});

test('[STORE-1] deleting, reading, marking, renaming and leaving go on without a share', async () => {
	const room = Math.ceil(GROWTH['room:new'].bytes({ room: 'lobby' }));
	const { url } = await start({ person: room + MESSAGE + 100 });
	const me = await connectChat(url);
	await me.join('lobby');
	const first = await send(me);
	if (!first.ok) throw new Error(first.error.message);
	const target = me.target(first.data.id);
	const growing = KINDS.filter((kind) => GROWTH[requestOf(kind)] !== undefined);
	expect(growing).toEqual(KINDS.filter((kind) => kind !== 'delete'));
	for (const kind of growing) {
		expect(await me.tryAdd(kind, 'lobby', contentOf(kind, target)), kind).toEqual(rejection('rate_limited'));
	}
	expect(await me.add('delete', 'lobby', { target })).toMatchObject({ seq: 2 });
	expect(await headOf(me)).toBe(2);
	expect(await me.get('read:mark', { room: 'lobby', seq: 2 })).toEqual({ readSeq: 2, readSaid: 1 });
	await me.get('session:rename', { name: 'Somebody' });
	await me.join('lobby');
	await me.get('room:leave', { room: 'lobby' });
});

test('[STORE-1] twenty guests of one address stop at its quota, and other addresses go on', async () => {
	const people = 20 * (GUEST + JOIN) + GROWTH['room:new'].bytes({ room: 'lobby' });
	const { url } = await start({ person: 4.5 * MESSAGE, address: 45.5 * MESSAGE + people });
	const crowd = await Promise.all(Array.from({ length: 20 }, () => connectChat(url, undefined, from('192.0.2.1'))));
	const honest = await connectChat(url, undefined, from('198.51.100.1'));
	for (const client of [...crowd, honest]) await client.join('lobby');
	// Eight messages of each guest at once, below the rate of ten.
	const replies = (
		await Promise.all(crowd.map((each) => Promise.all(Array.from({ length: 8 }, () => send(each)))))
	).flat();
	const stored = replies.filter(({ ok }) => ok).length;
	// The guests may have shorter names than calculated, which leaves room for one more.
	expect([45, 46]).toContain(stored);
	for (const reply of replies) if (!reply.ok) expect(waitOf(reply)).toBeGreaterThan(1_000);
	expect(await send(honest)).toMatchObject({ ok: true });
	expect(await headOf(honest)).toBe(stored + 1);
	// The guests have not used up their own shares.
	for (const each of crowd.slice(0, 3)) expect(await send(each)).toEqual(rejection('rate_limited'));
});

test('[STORE-1] the /64 networks of a site stop at its quota', async () => {
	const { url } = await start({ address: 4 * MESSAGE, site: 10 * MESSAGE });
	let stored = 0;
	for (let network = 0; network < 12; network += 1) {
		const address = from(`2001:db8:7:${network.toString(16)}::1`);
		const client = new ChatClientProbe(url, { ...address, reconnection: false });
		if ((await answered(client)) !== 'ready') break;
		if (!(await client.ask('room:join', { room: 'lobby' })).ok) continue;
		stored += (await fill(client, 8)).stored;
	}
	expect(stored).toBeGreaterThanOrEqual(6);
	expect(stored).toBeLessThanOrEqual(10);
	const elsewhere = await connectChat(url, undefined, from('2001:db8:8:1::1'));
	await elsewhere.join('lobby');
	expect(await send(elsewhere)).toMatchObject({ ok: true });
});

test('[STORE-1] new guests count for their address, and one too many gets retryAfterMs', async () => {
	const { url } = await start({ address: 3.5 * GUEST });
	for (let count = 0; count < 3; count += 1) expect(await tryAsGuest(url, '192.0.2.1')).toBe('ready');
	const told = await tryAsGuest(url, '192.0.2.1');
	expect(told).toEqual({ code: 'rate_limited', retryAfterMs: expect.any(Number) as number });
	expect((told as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(1_000);
	expect(await tryAsGuest(url, '192.0.2.2')).toBe('ready');
});

test('[STORE-1] a site of many /64s gets 400 new guests at once', () => {
	const limits = new Limits(true);
	const enter = (network: number) => limits.byAddress('session', `2001:db8:9:${network}::/64`);
	const waits = Array.from({ length: 900 }, (_, index) => enter(index % 10));
	expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(400);
	// One more is admitted after half a second, and on another site at once.
	expect(waits.at(-1)).toBeLessThanOrEqual(500);
	expect(limits.byAddress('session', '2001:db8:a:1::/64')).toBe(0);
	expect(limits.byAddress('session', '192.0.2.1')).toBe(0);
});

test('[STORE-1] rooms, memberships and invitations count, and their rejection delays nothing else', async () => {
	const cost = (request: 'room:new' | 'room:create' | 'room:invite' | 'room:accept') =>
		Math.ceil(GROWTH[request].bytes({ room: 'room-1' }));
	const { url } = await start({ person: cost('room:new') + cost('room:create') + cost('room:invite') });
	const [me, you] = [await connectChat(url), await connectChat(url)];
	await me.join('room-1');
	const { room } = await me.get('room:create', { title: 'Attic' });
	const { secret } = await me.get('room:invite', { room });

	// The share has nothing left for a new row.
	expect(await me.ask('room:join', { room: 'room-2' })).toEqual(rejection('unavailable'));
	expect(await me.ask('room:create', { title: 'Attic' })).toEqual(rejection('unavailable'));
	expect(await me.ask('room:invite', { room })).toEqual(rejection('unavailable'));
	expect(await me.ask('room:join', { room: 'room-1' })).toMatchObject({ ok: true });
	expect(await me.ask('room:rename', { room, title: 'Loft' })).toMatchObject({ ok: true });
	// Others have their own share.
	expect(await you.ask('room:accept', { secret })).toMatchObject({ ok: true });
});

test('a server without limits has no quota', async () => {
	const { url } = await startServer({ storagePerDay: { person: 1, address: 1, site: 1, room: 1 } });
	const me = await connectChat(url);
	await me.join('lobby');
	expect((await fill(me)).stored).toBe(10);
});
