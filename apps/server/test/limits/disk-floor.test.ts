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

/** Starts a server with a floor of 512 MB, on a disk whose free space the test sets. */
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

async function tryAsGuest(url: string): Promise<unknown> {
	const { socket } = new ChatClientProbe(url, { reconnection: false });
	const rejected = nextEvent(socket, 'connect_error').then((error) => (error as { data?: unknown }).data);
	return await Promise.race([rejected, nextEvent(socket, 'session:ready').then(() => 'ready')]);
}

function send(client: ChatClientProbe, id: string = randomUUID()) {
	return client.ask('message:send', { room: 'lobby', id, text: 'hello' });
}

test('[STORE-2] rejects new guests, rooms and memberships below the floor, while members go on', async () => {
	const disk = { freeMb: 600 };
	const { url, lines, server } = await start(disk);
	const [me, you] = [await connectChat(url), await connectChat(url)];
	await me.join('lobby');
	const { room } = await me.get('room:create', { title: 'Attic' });
	const { secret } = await me.get('room:invite', { room });
	await server.measureSpace();
	disk.freeMb = 511;
	await server.measureSpace();

	expect(await tryAsGuest(url)).toEqual({ code: 'unavailable', retryAfterMs: expect.any(Number) as number });
	expect(await me.ask('room:create', { title: 'Loft' })).toEqual(unavailable());
	expect(await me.ask('room:join', { room: 'hall' })).toEqual(unavailable());
	expect(await you.ask('room:join', { room: 'lobby' })).toEqual(unavailable());
	expect(await you.ask('room:accept', { secret })).toEqual(unavailable());
	// A non-member gets the same answer for a private room as for a missing one.
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

test('[STORE-2] rejects messages, too, below half of the floor, while reading, marking and deleting go on', async () => {
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

test('[STORE-2] logs each crossing of the floor once, and none while the space varies close to it', async () => {
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

test('[STORE-2] measures the disk at once after a failed write', async () => {
	const disk = { freeMb: 600 };
	const { url, server, store } = await start(disk);
	const me = await connectChat(url);
	await me.join('lobby');
	await server.measureSpace();
	disk.freeMb = 0;
	const { StoreUnavailable } = await import('../../src/store/store.ts');
	const append = store.append.bind(store);
	store.append = () => Promise.reject(new StoreUnavailable('the disk is full'));
	// The server measures at most once per second.
	await expect
		.poll(async () => {
			await send(me);
			return await tryAsGuest(url);
		})
		.toMatchObject({ code: 'unavailable' });
	store.append = append;
});

test('[STORE-2] rejects nobody while the space of the disk is unknown or cannot be measured', async () => {
	const disk: { freeMb: number | undefined; isBroken: boolean } = { freeMb: undefined, isBroken: false };
	const { url, server } = await start(disk);
	expect(await tryAsGuest(url)).toBe('ready');
	disk.isBroken = true;
	await server.measureSpace();
	expect(await tryAsGuest(url)).toBe('ready');
	const metrics = await (await fetch(`${url}/metrics`)).text();
	expect(metrics).toMatch(/^digda_store_bytes 7$/m);
	expect(metrics).not.toMatch(/^digda_disk_free_bytes/m);
	disk.isBroken = false;
	disk.freeMb = 100;
	await server.measureSpace();
	expect(await tryAsGuest(url)).toMatchObject({ code: 'unavailable' });
});

test('[STORE-2] metrics have the size of the database and the free space of its disk', async () => {
	const { url, database, store } = await startServer({ minFreeBytes: 1 });
	const me = await connectChat(url);
	await me.join('lobby');
	const disk = await statfs(dirname(database.file));
	const { usedBytes, freeBytes = 0 } = await store.space();
	expect(usedBytes).toBeGreaterThan(4_096);
	// Other programs write to the disk meanwhile.
	expect(Math.abs(freeBytes - disk.bavail * disk.bsize)).toBeLessThan(2_048 * MB);
	const metrics = await (await fetch(`${url}/metrics`)).text();
	expect(metrics).toMatch(/^digda_store_bytes \d{4,}$/m);
	expect(metrics).toMatch(/^digda_disk_free_bytes \d{4,}$/m);
});

test('[STORE-2] counts rejections by their reason', async () => {
	const disk = { freeMb: 100 };
	const { url, server } = await start(disk);
	await server.measureSpace();
	await tryAsGuest(url);
	const metrics = await (await fetch(`${url}/metrics`)).text();
	expect(metrics).toMatch(/^digda_storage_rejections_total\{reason="disk"\} 1$/m);
});
