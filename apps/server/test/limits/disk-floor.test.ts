import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { Space } from '../../src/store/store.ts';
import { ChatClientProbe, connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { contentOf, KINDS } from '@digda/testkit/entries.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

const MB = 1024 * 1024;

/** A server with a floor of 512 MB, on a disk that has as much free space as the test says. */
async function start(disk: { freeMb: number | undefined; isBroken?: boolean }) {
	const measureSpace = (): Promise<Space> => {
		if (disk.isBroken) return Promise.reject(new Error('the disk does not answer'));
		const { freeMb } = disk;
		return Promise.resolve({ usedBytes: 7, ...(freeMb !== undefined && { freeBytes: freeMb * MB }) });
	};
	return await startServer({ minFreeBytes: 512 * MB, measureSpace });
}

function unavailable() {
	return {
		ok: false,
		error: expect.objectContaining({ code: 'unavailable', retryAfterMs: expect.any(Number) as number }) as object
	};
}

async function knock(url: string): Promise<unknown> {
	const { socket } = new ChatClientProbe(url, { reconnection: false });
	const rejected = nextEvent(socket, 'connect_error').then((error) => (error as { data?: unknown }).data);
	return await Promise.race([rejected, nextEvent(socket, 'session:ready').then(() => 'ready')]);
}

function send(client: ChatClientProbe, id: string = randomUUID()) {
	return client.ask('message:send', { room: 'lobby', id, text: 'hello' });
}

test('[STORE-2] a disk that is nearly full rejects new guests, rooms and memberships; members go on', async () => {
	const disk = { freeMb: 600 };
	const { url, lines, server } = await start(disk);
	const [me, you] = [await connectChat(url), await connectChat(url)];
	await me.join('lobby');
	const { room } = await me.get('room:create', { title: 'Attic' });
	const { secret } = await me.get('room:invite', { room });
	await server.measureSpace();
	disk.freeMb = 511;
	await server.measureSpace();

	expect(await knock(url)).toEqual({ code: 'unavailable', retryAfterMs: expect.any(Number) as number });
	expect(await me.ask('room:create', { title: 'Loft' })).toEqual(unavailable());
	expect(await me.ask('room:join', { room: 'hall' })).toEqual(unavailable());
	expect(await you.ask('room:join', { room: 'lobby' })).toEqual(unavailable());
	expect(await you.ask('room:accept', { secret })).toEqual(unavailable());
	// To one who is no member a private room is as one that does not exist.
	expect(await you.ask('room:join', { room })).toEqual(unavailable());

	expect(await send(me)).toMatchObject({ ok: true });
	await me.join('lobby');
	expect((await (await fetch(`${url}/readyz`)).text()).trim()).toBe('ready');
	const back = await connectChat(url, tokenOf(me));
	expect(await send(back)).toMatchObject({ ok: true });
	expect(lines).toContainEqual(
		expect.objectContaining({ level: 40, msg: 'The disk is nearly full', grower: 'guests', freeMb: 511, floorMb: 512 })
	);
});

test('[STORE-2] below half of the floor messages are rejected, too; reading, marking and deleting go on', async () => {
	const disk = { freeMb: 600 };
	const { url, server } = await start(disk);
	const me = await connectChat(url);
	await me.join('lobby');
	const id = randomUUID();
	const first = await send(me, id);
	disk.freeMb = 255;
	await server.measureSpace();

	const target = me.target(id);
	for (const kind of KINDS.filter((each) => each !== 'delete')) {
		expect(await me.tryAdd(kind, 'lobby', contentOf(kind, target)), kind).toEqual(unavailable());
	}
	expect(await me.add('delete', 'lobby', { target })).toMatchObject({ seq: 2 });
	expect(await me.get('read:mark', { room: 'lobby', seq: 2 })).toEqual({ readSeq: 2, readSaid: 1 });
	const page = await me.get('history:read', { room: 'lobby', after: 0 });
	expect(page.messages.map(({ text }) => text)).toEqual(['']);
	expect((await me.join('lobby')).head).toBe(2);

	disk.freeMb = 600;
	await server.measureSpace();
	expect(await send(me, id)).toEqual(first);
	expect(await send(me)).toMatchObject({ ok: true });
});

test('[STORE-2] each crossing is said once, and space that goes to and fro at the floor crosses it once', async () => {
	const disk = { freeMb: 600 };
	const { lines, server } = await start(disk);
	for (const freeMb of [500, 520, 500, 530, 511, 600, 700, 200, 260, 240, 290, 570]) {
		disk.freeMb = freeMb;
		await server.measureSpace();
	}
	const said = lines.filter(({ msg }) => msg.startsWith('The disk')).map(({ msg, grower }) => [msg, grower]);
	expect(said).toEqual([
		['The disk is nearly full', 'guests'],
		['The disk has enough free space again', 'guests'],
		['The disk is nearly full', 'guests'],
		['The disk is nearly full', 'messages'],
		['The disk has enough free space again', 'messages'],
		['The disk has enough free space again', 'guests']
	]);
});

test('[STORE-2] a write that fails has the disk measured at once', async () => {
	const disk = { freeMb: 600 };
	const { url, server, store } = await start(disk);
	const me = await connectChat(url);
	await me.join('lobby');
	await server.measureSpace();
	disk.freeMb = 0;
	const { StoreUnavailable } = await import('../../src/store/store.ts');
	const append = store.append.bind(store);
	store.append = () => Promise.reject(new StoreUnavailable('the disk is full'));
	// At most one measurement per second is asked for.
	await expect
		.poll(async () => {
			await send(me);
			return await knock(url);
		})
		.toMatchObject({ code: 'unavailable' });
	store.append = append;
});

test('[STORE-2] a disk whose space is unknown, or cannot be measured, rejects nobody anew', async () => {
	const disk: { freeMb: number | undefined; isBroken: boolean } = { freeMb: undefined, isBroken: false };
	const { url, server } = await start(disk);
	expect(await knock(url)).toBe('ready');
	disk.isBroken = true;
	await server.measureSpace();
	expect(await knock(url)).toBe('ready');
	const metrics = await (await fetch(`${url}/metrics`)).text();
	expect(metrics).toMatch(/^digda_store_bytes 7$/m);
	expect(metrics).not.toMatch(/^digda_disk_free_bytes/m);
	disk.isBroken = false;
	disk.freeMb = 100;
	await server.measureSpace();
	expect(await knock(url)).toMatchObject({ code: 'unavailable' });
});

test('[STORE-2] what SQLite takes and what its disk has left are those of the system', async () => {
	const { url, database, store } = await startServer({ minFreeBytes: 1 });
	const me = await connectChat(url);
	await me.join('lobby');
	const disk = await statfs(dirname(database.file));
	const { usedBytes, freeBytes = 0 } = await store.space();
	expect(usedBytes).toBeGreaterThan(4_096);
	// Other programs write to it meanwhile.
	expect(Math.abs(freeBytes - disk.bavail * disk.bsize)).toBeLessThan(2_048 * MB);
	const metrics = await (await fetch(`${url}/metrics`)).text();
	expect(metrics).toMatch(/^digda_store_bytes \d{4,}$/m);
	expect(metrics).toMatch(/^digda_disk_free_bytes \d{4,}$/m);
});

test('[STORE-2] rejections are counted by their reason', async () => {
	const disk = { freeMb: 100 };
	const { url, server } = await start(disk);
	await server.measureSpace();
	await knock(url);
	const metrics = await (await fetch(`${url}/metrics`)).text();
	expect(metrics).toMatch(/^digda_storage_rejections_total\{reason="disk"\} 1$/m);
});
