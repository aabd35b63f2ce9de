import { randomBytes, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GROWTH, type GrowingRequest, type Stored } from '../../../src/limits/growth.ts';
import { createLogger } from '../../../src/log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { databaseFile } from '../../store/support/controlled-store.ts';
import { deleteMessage } from '../../store/support/delete-message.ts';

const log = createLogger('silent');
const TIMES = 400;

const LONG_ROOM = '🦊'.repeat(64);
const LONG_NAME = 'n'.repeat(128);

const hash = () => randomBytes(32).toString('hex');
const secret = () => randomBytes(16).toString('base64url');

/** How many bytes a database grows by, each time that something is stored. */
async function growthOf(prepare: (store: Store) => Promise<(index: number) => Promise<unknown>>): Promise<number> {
	const { file, url } = databaseFile();
	const first = await openStore(url, log);
	const run = await prepare(first);
	await first.close();
	const before = statSync(file).size;
	const second = await openStore(url, log);
	opened.store = second;
	for (let index = 0; index < TIMES; index += 1) await run(index);
	await second.close();
	return (statSync(file).size - before) / TIMES;
}

/** The store that is open at the moment. */
const opened: { store: Store | undefined } = { store: undefined };
function store(): Store {
	if (!opened.store) throw new Error('no store is open');
	return opened.store;
}

const ADA = { id: randomUUID(), name: LONG_NAME };
const asAda = { user: ADA, isOperator: false };

/** Sends messages to a room, and deletes each when it is to. */
async function sending({ room = '', text = '', name = '' }: Stored, isDeleted: boolean) {
	return await growthOf(async (first) => {
		await first.join(ADA.id, room, 1);
		return async (index) => {
			const seq = isDeleted ? 2 * index + 1 : index + 1;
			await store().append(
				[{ kind: 'message', room, id: randomUUID(), author: { ...ADA, name }, text, sentAt: 1 }],
				[]
			);
			if (isDeleted) await deleteMessage(store(), asAda, room, seq, { id: randomUUID(), sentAt: 1 });
		};
	});
}

/** Somebody else after every 50 times. */
function crowd() {
	let id = '';
	return (index: number) => (index % 50 === 0 ? (id = randomUUID()) : id);
}

const nothingBefore =
	(run: (index: number) => Promise<unknown>): Parameters<typeof growthOf>[0] =>
	() =>
		Promise.resolve(run);

const messages: [string, Stored][] = [
	['short ones', { room: 'lobby', name: 'Ada', text: 'x' }],
	['those that just fit into a page', { room: 'lobby', name: 'Ada', text: 'x'.repeat(850) }],
	['those that just do not', { room: 'lobby', name: 'Ada', text: 'x'.repeat(1_000) }],
	['long ones', { room: 'lobby', name: 'Ada', text: '🦊'.repeat(4_000) }],
	['short ones of a long name in a long room', { room: LONG_ROOM, name: LONG_NAME, text: 'x' }]
];

test.for(messages)('what is counted for messages is what the database grows by at most: %s', async ([, stored]) => {
	const counted = GROWTH['message:send'].bytes(stored);
	const grown = await sending(stored, false);
	expect(grown).toBeLessThanOrEqual(counted);
	// Nor is much more counted than a message and its deletion may take.
	expect(counted).toBeLessThan(4 * grown + 256);
	expect(await sending(stored, true)).toBeLessThanOrEqual(counted);
});

const others: [GrowingRequest, Stored, Parameters<typeof growthOf>[0]][] = [
	[
		'session:new',
		{},
		nothingBefore(async () => {
			const id = randomUUID();
			await store().createSession(hash(), { id, name: 'Quiet Otter' }, 1);
			await store().rename(id, LONG_NAME);
		})
	],
	[
		'room:join',
		{ room: LONG_ROOM },
		async (first) => {
			await first.join(ADA.id, LONG_ROOM, 1);
			return () => store().join(randomUUID(), LONG_ROOM);
		}
	],
	['room:new', { room: LONG_ROOM }, nothingBefore(makeLongRooms())],
	[
		'room:create',
		{},
		nothingBefore(
			((someone) => async (index) => {
				const owner = someone(index);
				const room = `~${secret()}`;
				await store().createRoom(owner, room, 'x', 1);
				await store().retitle(owner, room, '🦊'.repeat(64));
			})(crowd())
		)
	],
	['room:invite', {}, inviting(50, (room, owner) => store().invite(owner, room, invitation()))],
	['room:accept', {}, accepting()]
];

function makeLongRooms() {
	const someone = crowd();
	return (index: number) => store().join(someone(index), `${'🦊'.repeat(60)}${String(index).padStart(4, '0')}`, 1);
}

function invitation(secretHash = hash()) {
	return { id: secret(), secretHash, createdAt: 1 };
}

/** Does something for each of some rooms so many times. */
function inviting(each: number, run: (room: string, owner: string) => Promise<unknown>) {
	return async (first: Store) => {
		const rooms = Array.from({ length: TIMES / each }, () => `~${secret()}`);
		for (const room of rooms) await first.createRoom(room, room, 'x', 1);
		return async (index: number) => {
			const room = rooms[Math.floor(index / each)] ?? '';
			await run(room, room);
		};
	};
}

function accepting() {
	return async (first: Store) => {
		const secrets = Array.from({ length: TIMES / 400 }, hash);
		for (const each of secrets) {
			const room = `~${secret()}`;
			await first.createRoom(room, room, 'x', 1);
			await first.invite(room, room, invitation(each));
		}
		return (index: number) => store().accept(randomUUID(), secrets[Math.floor(index / 400)] ?? '');
	};
}

test.for(others)('what is counted for %s is what the database grows by at most', async ([request, stored, prepare]) => {
	const counted = GROWTH[request].bytes(stored);
	const grown = await growthOf(prepare);
	expect(grown).toBeLessThanOrEqual(counted);
	expect(counted).toBeLessThan(2.5 * grown);
});

test('what costs nothing makes no database grow', async () => {
	const room = `~${secret()}`;
	const token = hash();
	const grown = await growthOf(async (first) => {
		await first.createSession(token, { id: ADA.id, name: LONG_NAME }, 1);
		await first.createRoom(ADA.id, room, '🦊'.repeat(64), 1);
		await first.append([{ kind: 'message', room, id: 'first', author: ADA, text: 'x', sentAt: 1 }], []);
		await deleteMessage(first, asAda, room, 1, { id: 'gone', sentAt: 1 });
		return async (index) => {
			await store().rename(ADA.id, `${LONG_NAME.slice(4)}${index}`);
			await store().retitle(ADA.id, room, `${'🦊'.repeat(60)}${index}`);
			await store().append([], [{ room, userId: ADA.id, seq: 1 }]);
			await store().append([{ kind: 'message', room, id: 'first', author: ADA, text: 'x', sentAt: 1 }], []);
			await deleteMessage(store(), asAda, room, 1, { id: randomUUID(), sentAt: 1 });
			await store().join(ADA.id, room);
			await store().revoke(ADA.id, room, null);
		};
	});
	expect(grown).toBeLessThan(40);
});
