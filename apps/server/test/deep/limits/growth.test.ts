import { randomBytes, randomUUID } from 'node:crypto';
import { directRoomOf, MAX_MENTIONS } from '@digda/protocol';
import { statSync } from 'node:fs';
import { CHANGE_KINDS, contentOf, requestOf, type ChangeKind } from '@digda/testkit/entries.ts';
import { expect, test } from 'vitest';
import { GROWTH, type GrowingRequest, type Growth, type Stored } from '../../../src/limits/growth.ts';
import { createLogger } from '../../../src/log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { NewEntry, Store } from '../../../src/store/store.ts';
import { databaseFile } from '../../store/support/controlled-store.ts';
import { deleteMessage } from '../../store/support/delete-message.ts';
import { entryOf, message, reaction, target } from '../../store/support/entries.ts';

const log = createLogger('silent');
const TIMES = 400;

const LONG_ROOM = '🦊'.repeat(64);
const LONG_NAME = 'n'.repeat(128);

const EMOJIS = Array.from('👍👎😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑');

const hash = () => randomBytes(32).toString('hex');
const secret = () => randomBytes(16).toString('base64url');

/** The growth of a database in bytes for each stored item. */
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

/** The present store. */
const opened: { store: Store | undefined } = { store: undefined };
function store(): Store {
	if (!opened.store) throw new Error('no store is open');
	return opened.store;
}

const ADA = { id: randomUUID(), name: LONG_NAME };
const PARTNER = randomUUID() as string;
const asAda = { user: ADA, isOperator: false };

type StoredEntry = Required<Omit<Stored, 'mentions'>> & Pick<Stored, 'mentions'>;

const CROWD = Array.from({ length: MAX_MENTIONS }, () => ({ id: randomUUID(), name: LONG_NAME }));

/** Sends messages to a room, and changes each in some ways. */
async function sending({ room, text, name, mentions }: StoredEntry, changes: readonly ChangeKind[] = []) {
	const more = { room, author: { ...ADA, name }, sentAt: 1 };
	return await growthOf(async (first) => {
		await first.join(ADA.id, room, 1);
		return async () => {
			const id = randomUUID();
			const target = { author: ADA.id, id };
			await store().append(
				[{ ...message(ADA.id, id, { text, ...(mentions && { mentions: [...mentions] }) }), ...more }],
				[]
			);
			for (const kind of changes) {
				const longer = kind === 'edit' && { text: `${text}!` };
				const fields = { ...entryOf('message', ADA.id, randomUUID(), { text }, more), kind };
				// `contentOf` returns the content of this kind.
				await store().append([{ ...fields, ...contentOf(kind, target), ...longer } as NewEntry], []);
			}
		};
	});
}

/** Many people react to one message with one emoji after the other, or one person sets and unsets a reaction. */
async function reacting({ room, name }: StoredEntry, people: number) {
	const ids = Array.from({ length: people }, () => randomUUID());
	const of = { author: ADA.id, id: randomUUID() };
	return await growthOf(async (first) => {
		for (const id of [ADA.id, ...ids]) await first.join(id, room, 1);
		await first.append([message(ADA.id, of.id, { room })], []);
		return async (index) => {
			const id = ids[index % people] ?? '';
			const emoji = EMOJIS[index % EMOJIS.length] ?? '';
			const isSet = Math.floor(index / people / EMOJIS.length) % 2 === 0;
			const more = { room, author: { id, name }, sentAt: 1, isSet };
			await store().append([reaction(id, randomUUID(), of, emoji, more)], []);
		};
	});
}

/** A new person after every 50 calls. */
function crowd() {
	let id = '';
	return (index: number) => (index % 50 === 0 ? (id = randomUUID()) : id);
}

const nothingBefore =
	(run: (index: number) => Promise<unknown>): Parameters<typeof growthOf>[0] =>
	() =>
		Promise.resolve(run);

const messages: [string, StoredEntry][] = [
	['short ones', { room: 'lobby', name: 'Ada', text: 'x' }],
	['those that just fit into a page', { room: 'lobby', name: 'Ada', text: 'x'.repeat(850) }],
	['those that just do not', { room: 'lobby', name: 'Ada', text: 'x'.repeat(1_000) }],
	['long ones', { room: 'lobby', name: 'Ada', text: '🦊'.repeat(4_000) }],
	['those that mention people', { room: 'lobby', name: 'Ada', text: 'x', mentions: CROWD }],
	['short ones of a long name in a long room', { room: LONG_ROOM, name: LONG_NAME, text: 'x' }]
];

test.for(messages)('the database grows by at most the counted bytes of messages: %s', async ([, stored]) => {
	const counted = GROWTH['message:send'].bytes(stored);
	const grown = await sending(stored);
	expect(grown).toBeLessThanOrEqual(counted);
	// The count is not much more than a message and its deletion may take.
	expect(counted).toBeLessThan(4 * grown + 256);
	expect(await sending(stored, ['delete'])).toBeLessThanOrEqual(counted);
});

/** The counted bytes of a message and its changes. An edit makes its text one letter longer. */
function countedFor(stored: StoredEntry, changes: readonly ChangeKind[]): number {
	let bytes = GROWTH['message:send'].bytes(stored);
	for (const kind of changes) {
		const growth: Growth | undefined = GROWTH[requestOf(kind)];
		bytes += growth?.bytes({ ...stored, text: `${stored.text}!` }) ?? 0;
	}
	return bytes;
}

// All kinds of changes together, and each alone.
const changes: ChangeKind[][] = [
	CHANGE_KINDS.toSorted((one) => (one === 'delete' ? 1 : -1)),
	...CHANGE_KINDS.map((kind) => [kind])
];

test.for(
	messages.flatMap(([what, stored]) => changes.map((kinds) => [kinds.join(', '), what, stored, kinds] as const))
)(
	'the database grows by at most the counted bytes of a message and its changes (%s): %s',
	async ([, , stored, kinds]) => {
		const counted = countedFor(stored, kinds);
		const grown = await sending(stored, kinds);
		expect(grown).toBeLessThanOrEqual(counted);
		// A deletion frees the bytes of the entries that it erases. Any other change may need one more page for its message.
		// The edit mentions the same people again, whose rows are there; the count is for other people.
		const isAgain = kinds.includes('edit') && stored.mentions !== undefined;
		if (!kinds.includes('delete') && !isAgain) {
			expect(counted).toBeLessThan(4 * grown + 1_024 + kinds.length * 4_096);
		}
	}
);

test.for([
	['one person', 1],
	['many people', 200]
] as const)('the database grows by at most the counted bytes of reactions of %s', async ([, people]) => {
	for (const [, stored] of messages) {
		const counted = GROWTH['message:react'].bytes(stored);
		expect(await reacting(stored, people)).toBeLessThanOrEqual(counted);
	}
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
		'direct:new',
		{},
		async (first) => {
			await first.createSession(hash(), { id: PARTNER, name: 'x' }, 1);
			await first.join(PARTNER, 'lobby', 1);
			const people = Array.from({ length: TIMES }, () => randomUUID() as string);
			for (const person of people) await first.join(person, 'lobby', 1);
			return (index) => {
				const person = people[index] ?? '';
				return store().join(person, directRoomOf(person, PARTNER) ?? '', 1);
			};
		}
	],
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
	return { id: secret(), secretHash, createdAt: Date.now(), expiresAt: 2 * Date.now(), maxUses: 500 };
}

/** Runs a function several times for each of some rooms. */
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
		return (index: number) => store().accept(randomUUID(), secrets[Math.floor(index / 400)] ?? '', Date.now());
	};
}

test.for(others)('the database grows by at most the counted bytes of %s', async ([request, stored, prepare]) => {
	const counted = GROWTH[request].bytes(stored);
	const grown = await growthOf(prepare);
	expect(grown).toBeLessThanOrEqual(counted);
	expect(counted).toBeLessThan(2.5 * grown);
});

test('requests without a cost do not grow the database', async () => {
	const room = `~${secret()}`;
	const token = hash();
	const [again, second] = [message(ADA.id, 'first', { room }), message(ADA.id, 'second', { room })];
	const grown = await growthOf(async (first) => {
		await first.createSession(token, { id: ADA.id, name: LONG_NAME }, 1);
		await first.createRoom(ADA.id, room, '🦊'.repeat(64), 1);
		await first.append([again, second], []);
		await first.append([reaction(ADA.id, 'reaction', target(ADA.id, 'second'), '👍', { room })], []);
		await deleteMessage(first, asAda, room, target(ADA.id, 'first'), { id: 'gone', sentAt: 1 });
		return async (index) => {
			await store().rename(ADA.id, `${LONG_NAME.slice(4)}${index}`);
			await store().retitle(ADA.id, room, `${'🦊'.repeat(60)}${index}`);
			await store().append([], [{ room, userId: ADA.id, seq: 1 }]);
			await store().append([again], []);
			await deleteMessage(store(), asAda, room, target(ADA.id, 'first'), { id: randomUUID(), sentAt: 1 });
			// The reaction is set already.
			await store().append([reaction(ADA.id, randomUUID(), target(ADA.id, 'second'), '👍', { room })], []);
			await store().join(ADA.id, room);
			await store().revoke(ADA.id, room, null);
		};
	});
	expect(grown).toBeLessThan(40);
});
