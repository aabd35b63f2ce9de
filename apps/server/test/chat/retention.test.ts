import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** Empties all messages that were sent before this moment. */
async function emptyAll(store: Store): Promise<void> {
	const now = Date.now() + 1;
	for (let after: string | null = ''; after !== null;) {
		({ after } = await store.emptyOlder({ before: now, now }, after));
	}
}

/** Waits until the clock is past the times of earlier messages. */
async function later(): Promise<void> {
	const from = Date.now() + 2;
	await expect.poll(Date.now, { interval: 1 }).toBeGreaterThan(from);
}

test('[STORE-3] an emptied message is shown as deleted, keeps its seq, and does not count as unread', async () => {
	const { url, store } = await startServer();
	const [me, you] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, you]) await client.join('lobby');
	const id = randomUUID();
	const first = await me.send('lobby', 'an old secret', id);
	await me.send('lobby', 'another one');
	const before = await you.get('history:read', { room: 'lobby', after: 0 });
	await later();
	await emptyAll(store);
	await later();
	const news = await me.send('lobby', 'a new one');
	expect(news.seq).toBe(3);

	const page = await you.get('history:read', { room: 'lobby', after: 0 });
	expect(page.epoch).toBe(before.epoch);
	expect(page.messages.slice(0, 2)).toEqual(
		before.messages.map((message) => ({ ...message, text: '', isDeleted: true }))
	);
	expect(page.messages[2]).toMatchObject({ text: 'a new one' });
	// Emptying is not broadcast, and the log gets no entry.
	expect(you.news('lobby').every(({ kind }) => kind === 'message')).toBe(true);
	expect(page.head).toBe(3);

	// The reader has marked nothing, and the new message alone is unread.
	const { rooms } = await you.get('room:list', {});
	expect(rooms).toEqual([expect.objectContaining({ room: 'lobby', head: 3, said: 3, readSeq: 2, readSaid: 2 })]);
	expect(await you.join('lobby')).toMatchObject({ readSeq: 2, readSaid: 2, head: 3, said: 3 });
	expect(await you.get('read:mark', { room: 'lobby', seq: 3 })).toEqual({ readSeq: 3, readSaid: 3 });

	// Sent again, it keeps its seq.
	expect(await me.send('lobby', 'an old secret', id)).toEqual(first);
	expect((await you.get('history:read', { room: 'lobby', after: 0, limit: 1 })).messages[0]?.text).toBe('');
});

test('[STORE-3] a client that rejoins after emptying continues without a reset', async () => {
	const { url, store } = await startServer();
	const [me, you] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, you]) await client.join('lobby');
	for (const text of ['one', 'two', 'three']) await me.send('lobby', text);
	const { epoch, messages } = await you.get('history:read', { room: 'lobby', after: 0 });
	you.socket.disconnect();
	await later();
	await emptyAll(store);
	await later();
	await me.send('lobby', 'four');

	const back = await connectChat(url, tokenOf(you));
	const joined = await back.join('lobby', { after: 3, epoch, ...(messages[2] && { afterId: messages[2].id }) });
	expect(joined).toMatchObject({ reset: false, head: 4, epoch });
	expect(joined.messages.map(({ text }) => text)).toEqual(['four']);
});
