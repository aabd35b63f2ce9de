/**
 * What joining and paging cost in a room of a million messages, next to a room of a thousand: both in one database,
 * asked in turn over a real connection.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RequestName, User } from '@digda/protocol';
import { createLogger } from '@digda/server/log.ts';
import { createServer } from '@digda/server/server.ts';
import { openStore } from '@digda/server/store/open-store.ts';
import type { Store } from '@digda/server/store/store.ts';
import { io } from 'socket.io-client';

const { values } = parseArgs({
	options: {
		large: { type: 'string', default: '1000000' },
		rounds: { type: 'string', default: '500' }
	}
});
const SMALL = 1_000;
const LARGE = Number(values.large);
const ROUNDS = Number(values.rounds);
const BATCH = 1_000;

const directory = mkdtempSync(join(tmpdir(), 'digda-bench-'));
const log = createLogger('warn');
const store = await openStore(`sqlite:${join(directory, 'digda.sqlite')}`, log);
const server = createServer({ log, origins: [], store, areRatesLimited: false });
const port = await server.listen(0, '127.0.0.1');
const socket = io(`http://127.0.0.1:${port}/chat`, { transports: ['websocket'], forceNew: true });

async function fill(store: Store, room: string, author: User, length: number): Promise<void> {
	await store.join(author.id, room, 0);
	for (let done = 0; done < length; done += BATCH) {
		const batch = Array.from({ length: Math.min(BATCH, length - done) }, (_, index) => ({
			...{ room, id: randomUUID(), author, sentAt: done + index },
			text: `message ${done + index} ${'가나다라 '.repeat(8)}`
		}));
		await store.append(batch, []);
	}
}

async function ask(name: RequestName, payload: object): Promise<number> {
	const started = performance.now();
	const reply = (await socket.emitWithAck(name, payload)) as { ok: boolean };
	if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply)}`);
	return performance.now() - started;
}

function median(times: number[]): number {
	return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}

const ready = await new Promise<{ user: User }>((resolve) => socket.once('session:ready', resolve));
const rooms = { small: SMALL, large: LARGE };
for (const [room, length] of Object.entries(rooms)) {
	await ask('room:join', { room });
	const author = { id: ready.user.id, name: randomBytes(4).toString('hex') };
	await fill(store, room, author, length);
}

const requests: Record<string, (room: string, length: number) => [RequestName, object]> = {
	join: (room) => ['room:join', { room }],
	'join after an absence': (room, length) => ['room:join', { room, after: length - 100 }],
	'latest page': (room, length) => ['history:read', { room, before: length + 1 }],
	'page in the middle': (room, length) => [
		'history:read',
		{ room, before: 60 + Math.floor(Math.random() * (length - 60)) }
	],
	'page around': (room, length) => ['history:read', { room, around: 60 + Math.floor(Math.random() * (length - 60)) }]
};

for (const [what, request] of Object.entries(requests)) {
	const times = { small: [] as number[], large: [] as number[] };
	for (let round = 0; round < ROUNDS; round += 1) {
		for (const room of ['small', 'large'] as const) times[room].push(await ask(...request(room, rooms[room])));
	}
	const [small, large] = [median(times.small), median(times.large)];
	console.log(
		`${what}: ${small.toFixed(2)} ms of ${SMALL}, ${large.toFixed(2)} ms of ${LARGE}, ratio ${(large / small).toFixed(2)}`
	);
}

socket.disconnect();
await server.close();
await store.close();
rmSync(directory, { recursive: true });
