import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Entry } from '@digda/protocol';
import { contentOf, KINDS } from '@digda/testkit/entries.ts';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { CommitLoop } from '../../src/messages/CommitLoop.ts';
import { Followers } from '../../src/messages/Followers.ts';
import { openStore } from '../../src/store/open-store.ts';
import { StoreUnavailable, type NewEntry, type NewEntryOf, type Store } from '../../src/store/store.ts';
import { Metrics } from '../../src/metrics.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { deletion as deletionOf, entryOf, target } from '../store/support/entries.ts';
import { readMessages } from '../store/support/read.ts';

const log = createLogger('silent');
const AUTHOR = { id: 'me', name: 'Me' };
const EMPTY = { head: 0, said: 0 };

/** Starts a commit loop over a real store. `emitted` records the entries that it delivers to the lobby. */
async function startLoop(wrap: (store: Store) => Store = (store) => store) {
	const database = temporaryDatabase();
	const store = await openStore(database.url, log);
	await store.createSession('00'.repeat(32), AUTHOR, 0);
	await store.join(AUTHOR.id, 'lobby', 0);
	const emitted: Entry[] = [];
	const wrapped = wrap(store);
	const followers = new Followers(wrapped, (_room, entries) => emitted.push(...entries));
	followers.follow('lobby', EMPTY);
	const metrics = new Metrics();
	const loop = new CommitLoop(wrapped, followers, log, metrics);
	onTestFinished(async () => {
		await loop.close();
		await store.close();
		database.remove();
	});
	return { loop, store, followers, emitted, database, metrics };
}

function message(text: string, room = 'lobby'): NewEntryOf<'message'> {
	return entryOf('message', AUTHOR.id, randomUUID(), { text }, { room, author: AUTHOR });
}

function deletion(id: string): NewEntryOf<'delete'> {
	return deletionOf(AUTHOR.id, randomUUID(), target(AUTHOR.id, id), { author: AUTHOR });
}

const textsOf = (entries: readonly Entry[]) => entries.map((entry) => 'text' in entry && entry.text);

/** A store whose appends go through a function. */
function withAppend(store: Store, append: (original: Store['append']) => Store['append']): Store {
	return Object.assign(Object.create(store) as Store, {
		append: append(store.append.bind(store)),
		readLog: store.readLog.bind(store),
		heads: store.heads.bind(store)
	});
}

/** Starts a loop that records the size of each batch. */
async function startCounting(beforeEach: () => Promise<unknown>) {
	const batches: number[] = [];
	const started = await startLoop((store) =>
		withAppend(store, (original) => async (messages, cursors) => {
			batches.push(messages.length);
			await beforeEach();
			return original(messages, cursors);
		})
	);
	return { ...started, batches };
}

/** Starts a loop whose store commits, but loses the answer while `areLost` is set. */
async function startLosingLoop() {
	const answers = { areLost: false };
	const started = await startLoop((store) =>
		withAppend(store, (original) => async (entries, cursors) => {
			const stored = await original(entries, cursors);
			if (answers.areLost) throw new StoreUnavailable('the answer was lost');
			return stored;
		})
	);
	return { ...started, answers };
}

test('messages of one tick are one batch, and messages during its commit are the next one', async () => {
	const hold = Promise.withResolvers<undefined>();
	const { loop, batches } = await startCounting(() => hold.promise);
	const first = Array.from({ length: 20 }, (_, index) => loop.send(message(`${index}`)));
	await expect.poll(() => batches).toEqual([20]);
	const next = Array.from({ length: 30 }, (_, index) => loop.send(message(`${index}`)));
	hold.resolve(undefined);
	await Promise.all([...first, ...next]);
	expect(batches).toEqual([20, 30]);
});

test('[SEND-1] delivers and acknowledges no entry before its batch is on disk', async () => {
	const written = Promise.withResolvers<undefined>();
	const commit = Promise.withResolvers<undefined>();
	const order: string[] = [];
	const { loop, emitted } = await startLoop((store) =>
		withAppend(store, (original) => async (messages, cursors) => {
			const stored = await original(messages, cursors);
			written.resolve(undefined);
			await commit.promise;
			order.push('stored');
			return stored;
		})
	);
	const sent = loop.send(message('hello')).then(() => order.push(`acknowledged, ${emitted.length}`));
	await written.promise;
	expect(emitted).toEqual([]);
	commit.resolve(undefined);
	await sent;
	expect(order).toEqual(['stored', 'acknowledged, 1']);
});

test('a message that cannot be stored does not fail its batch', async () => {
	const { loop, database, emitted } = await startLoop();
	const other = new DatabaseSync(database.file);
	other.exec(`CREATE TRIGGER poison BEFORE INSERT ON messages WHEN new.text = 'poison'
		BEGIN SELECT RAISE(ABORT, 'cannot be stored'); END`);
	other.close();
	const texts = ['first', 'a', 'poison', 'b', 'c'];
	const results = await Promise.allSettled(texts.map((text) => loop.send(message(text))));
	expect(results.map(({ status }) => status)).toEqual([
		...['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']
	]);
	expect(results[2]).toMatchObject({ reason: { code: 'internal' } });
	expect(emitted.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
	expect(textsOf(emitted)).toEqual(['first', 'a', 'b', 'c']);
});

test('a message that was stored although its commit failed is delivered, and keeps its seq when it is sent again', async () => {
	const { loop, emitted, answers } = await startLosingLoop();
	answers.areLost = true;
	const hello = message('hello');
	await expect(loop.send(hello)).rejects.toMatchObject({ code: 'unavailable' });
	await expect.poll(() => emitted).toMatchObject([{ seq: 1, text: 'hello' }]);
	answers.areLost = false;
	expect(await loop.send(hello)).toMatchObject({ seq: 1 });
	expect(await loop.send(message('next'))).toMatchObject({ seq: 2 });
	expect(emitted.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('[DEL-1] stores, delivers and answers a deletion in the batch of its message', async () => {
	const { loop, store, emitted } = await startLoop();
	const hello = message('hello');
	const [first, gone] = await Promise.all([loop.send(hello), loop.send(deletion(hello.id))]);
	expect([first, gone]).toMatchObject([
		{ seq: 1, isNew: true },
		{ seq: 2, isNew: true }
	]);
	expect(emitted).toMatchObject([
		{ kind: 'message', seq: 1, text: 'hello' },
		{ kind: 'delete', seq: 2, target: { author: AUTHOR.id, id: hello.id, seq: 1 } }
	]);
	expect(await loop.send(deletion(hello.id))).toMatchObject({ seq: 2, isNew: false });
	await expect(loop.send(deletion('nothing'))).rejects.toMatchObject({ code: 'not_found' });
	expect((await readMessages(store, AUTHOR.id)).map(({ text }) => text)).toEqual(['']);
	expect(emitted).toHaveLength(2);
});

test.for(KINDS)('[NEWS-1] delivers an entry of the kind %s as the log holds it', async (kind) => {
	const { loop, store, emitted } = await startLoop();
	const hello = message('hello');
	await loop.send(hello);
	const content = contentOf(kind, target(AUTHOR.id, hello.id));
	// The content is that of its kind.
	const entry = {
		...entryOf('message', AUTHOR.id, randomUUID(), { text: '' }, { author: AUTHOR }),
		kind,
		...content
	} as NewEntry;
	await loop.send(entry);
	expect(emitted.slice(1)).toMatchObject([{ kind, seq: 2, said: kind === 'message' ? 2 : 1, id: entry.id }]);
	const { text, ...delivered } = emitted[1] as Entry & { text?: string };
	const [stored] = await store.readLog('lobby', 1, 9);
	expect({ ...delivered, ...('text' in content && { text }) }).toEqual(stored);
});

test('counts only messages as sends, and moves the cursor of the author for messages only', async () => {
	const { loop, store, metrics } = await startLoop();
	const hello = message('hello');
	await loop.send(hello);
	await loop.send(deletion(hello.id));
	expect(await metrics.registry.metrics()).toMatch(/^digda_sends_total\{result="stored"\} 1$/m);
	await loop.close();
	expect(await store.roomsOf(AUTHOR.id)).toMatchObject([{ head: 2, readSeq: 1 }]);
});

test('a deletion that was stored although its commit failed is delivered', async () => {
	const { loop, emitted, answers } = await startLosingLoop();
	const hello = message('hello');
	await loop.send(hello);
	answers.areLost = true;
	await expect(loop.send(deletion(hello.id))).rejects.toMatchObject({ code: 'unavailable' });
	await expect.poll(() => emitted).toMatchObject([{ seq: 1 }, { seq: 2, kind: 'delete', target: { seq: 1 } }]);
});

test('entries of a failed commit are delivered before later ones, also while the log does not answer', async () => {
	let failures = 1;
	let isSilent = true;
	const { loop, emitted } = await startLoop((store) => {
		const wrapped = withAppend(store, (original) => async (messages, cursors) => {
			const stored = await original(messages, cursors);
			if (failures-- > 0) throw new StoreUnavailable('the answer was lost');
			return stored;
		});
		const silent = () => Promise.reject(new StoreUnavailable('being reopened'));
		wrapped.heads = (rooms) => (isSilent ? silent() : store.heads(rooms));
		wrapped.readLog = (...range) => (isSilent ? silent() : store.readLog(...range));
		return wrapped;
	});
	await expect(loop.send(message('hello'))).rejects.toMatchObject({ code: 'unavailable' });
	await loop.send(message('next'));
	expect(emitted).toEqual([]);
	isSilent = false;
	await expect.poll(() => textsOf(emitted)).toEqual(['hello', 'next']);
});

test.for(['before', 'after'])(
	'a room whose commit fails during an earlier recovery is recovered too, when that ends %s its own fails',
	async (order) => {
		const asked: { rooms: readonly string[]; answer: () => void; fail: () => void }[] = [];
		const { loop, store, followers, emitted } = await startLoop((original) => {
			const wrapped = withAppend(original, (append) => async (...batch) => {
				await append(...batch);
				throw new StoreUnavailable('the answer was lost');
			});
			wrapped.heads = (rooms) =>
				new Promise((resolve, reject) => {
					const answer = () => resolve(original.heads(rooms));
					const fail = () => reject(new StoreUnavailable('being reopened'));
					asked.push({ rooms, answer, fail });
				});
			return wrapped;
		});
		await store.join(AUTHOR.id, 'hall', 0);
		followers.follow('hall', EMPTY);
		const untilAsked = (times: number) => expect.poll(() => asked).toHaveLength(times);
		const untilEmitted = (...texts: string[]) => expect.poll(() => textsOf(emitted)).toEqual(texts);

		await expect(loop.send(message('first'))).rejects.toMatchObject({ code: 'unavailable' });
		await untilAsked(1);
		asked[0]?.fail();
		await untilAsked(2);
		const second = loop.send(message('second', 'hall'));
		await expect(second).rejects.toMatchObject({ code: 'unavailable' });
		await untilAsked(3);
		if (order === 'after') asked[2]?.fail();
		asked[1]?.answer();
		await untilEmitted('first');
		if (order === 'before') asked[2]?.fail();
		await untilAsked(4);
		expect(asked[3]?.rooms).toContain('hall');
		asked[3]?.answer();
		await untilEmitted('first', 'second');
	}
);

test('a message that is stored while the log is read for a forged hint is delivered', async () => {
	const isRead = Promise.withResolvers<undefined>();
	const hold = Promise.withResolvers<undefined>();
	const { loop, followers, emitted } = await startLoop((store) => {
		const wrapped = withAppend(store, (original) => original);
		wrapped.readLog = async (...range) => {
			const entries = await store.readLog(...range);
			isRead.resolve(undefined);
			await hold.promise;
			return entries;
		};
		return wrapped;
	});
	followers.hint('lobby', 1_000);
	await isRead.promise;
	await loop.send(message('hello'));
	hold.resolve(undefined);
	await expect.poll(() => textsOf(emitted)).toEqual(['hello']);
});

test('a message to a room without subscribers makes no follower', async () => {
	const { loop, store, followers, emitted } = await startLoop();
	await store.join(AUTHOR.id, 'hall', 0);
	expect(await loop.send(message('hello', 'hall'))).toMatchObject({ seq: 1 });
	expect(followers.delivered('hall')).toBeUndefined();
	expect(emitted).toEqual([]);
});

test('the loop rejects more than 10,000 waiting sends at once', async () => {
	const { loop } = await startLoop();
	const waiting = Array.from({ length: 10_000 }, () => loop.send(message('x')));
	await expect(loop.send(message('one more'))).rejects.toMatchObject({ code: 'unavailable' });
	await Promise.all(waiting);
	await loop.send(message('room again'));
});

test('the loop rejects more than 16 MB of waiting texts at once', async () => {
	const { loop } = await startLoop();
	const text = 'x'.repeat(4_000);
	const waiting = Array.from({ length: 2_097 }, () => loop.send(message(text)));
	await expect(loop.send(message(text))).rejects.toMatchObject({ code: 'unavailable' });
	await Promise.all(waiting);
});

test('a read cursor is written within a second when nothing is sent, and at once with the next batch', async () => {
	const { loop } = await startLoop();
	await loop.send(message('a'));
	const cursor = { room: 'lobby', userId: AUTHOR.id, seq: 1 };
	const started = performance.now();
	expect(await Promise.all([loop.mark(cursor), loop.mark({ ...cursor, seq: 9 })])).toEqual([1, 1]);
	expect(performance.now() - started).toBeGreaterThan(500);
	const marked = loop.mark(cursor);
	await loop.send(message('b'));
	expect(await marked).toBe(1);
});

test.for([0, 2])('closing stores %i waiting messages and a read cursor', async (count) => {
	const { loop, store } = await startLoop();
	await loop.send(message('first'));
	const sent = Array.from({ length: count }, (_, index) => loop.send(message(`${index}`)));
	const head = count + 1;
	const marked = loop.mark({ room: 'lobby', userId: AUTHOR.id, seq: head });
	await loop.close();
	expect(await store.roomsOf(AUTHOR.id)).toMatchObject([{ head, readSeq: head }]);
	await Promise.all(sent);
	expect(await marked).toBe(head);
});

test('an address takes at most a quarter of the waiting messages', async () => {
	const { loop } = await startLoop();
	const text = 'x'.repeat(4_000);
	const many = Array.from({ length: 2_500 }, () => loop.send(message('x'), '192.0.2.1'));
	const long = Array.from({ length: 524 }, () => loop.send(message(text), '192.0.2.2'));
	await expect(loop.send(message('one more'), '192.0.2.1')).rejects.toMatchObject({ code: 'unavailable' });
	await expect(loop.send(message(text), '192.0.2.2')).rejects.toMatchObject({ code: 'unavailable' });
	await loop.send(message('from somewhere else'), '192.0.2.3');
	await Promise.all([...many, ...long]);
	await loop.send(message('room again'), '192.0.2.1');
	await loop.send(message(text), '192.0.2.2');
});
