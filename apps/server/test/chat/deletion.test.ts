import { expect, test } from 'vitest';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { ADMIN_TOKEN } from '@digda/testkit/client/open-private-room.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

test('[DEL-1] a deletion is an entry of the log, and what it names loses its text', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, friend]) await client.join('lobby');
	const { id } = await me.send('lobby', '앗');
	await friend.send('lobby', '네?');
	expect(await me.get('message:delete', { room: 'lobby', seq: 1 })).toEqual({ seq: 3 });
	const news = await friend.untilTold('message:new', ({ messages }) => messages.some(({ seq }) => seq === 3));
	expect(news.messages.at(-1)).toMatchObject({ seq: 3, author: me.user, text: '', deletes: 1 });
	expect((await friend.get('history:read', { room: 'lobby', after: 0 })).messages).toMatchObject([
		{ seq: 1, id, author: me.user, text: '' },
		{ seq: 2, text: '네?' },
		{ seq: 3, text: '', deletes: 1 }
	]);
});

test('[DEL-2] deleting again is answered as the first time', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	const tab = await connectChat(url, tokenOf(me));
	await me.join('lobby');
	await me.send('lobby', '앗');
	const asked = { room: 'lobby', seq: 1 };
	expect(await Promise.all([me, tab, me].map((client) => client.get('message:delete', asked)))).toEqual([
		{ seq: 2 },
		{ seq: 2 },
		{ seq: 2 }
	]);
	expect((await me.join('lobby')).head).toBe(2);
	expect(await me.ask('message:delete', { room: 'lobby', seq: 2 })).toMatchObject({ error: { code: 'invalid' } });
	expect(await me.ask('message:delete', { room: 'lobby', seq: 3 })).toMatchObject({ error: { code: 'not_found' } });
	expect(await me.ask('message:delete', { room: 'lobby', seq: 0 })).toMatchObject({ error: { code: 'not_found' } });
});

test('[DEL-2] sending again what was deleted meanwhile is acknowledged, and brings nothing back', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	const { id } = await me.send('lobby', '앗');
	await me.get('message:delete', { room: 'lobby', seq: 1 });
	expect(await me.send('lobby', '앗', id)).toMatchObject({ seq: 1 });
	expect((await me.join('lobby')).messages).toMatchObject([{ text: '' }, { deletes: 1 }]);
});

test('[DEL-3] only its author and the operator delete a message of a public room', async () => {
	const { url, lines } = await startServer({ adminToken: ADMIN_TOKEN });
	const [me, friend, operator] = [await connectChat(url), await connectChat(url), await connectChat(url, ADMIN_TOKEN)];
	for (const client of [me, friend]) await client.join('lobby');
	await me.send('lobby', '스팸');
	const asked = { room: 'lobby', seq: 1 };
	expect(await friend.ask('message:delete', asked)).toMatchObject({ error: { code: 'forbidden' } });
	expect(await operator.get('message:delete', asked)).toEqual({ seq: 2 });
	await me.untilTold('message:new', ({ messages }) => messages.some(({ deletes }) => deletes === 1));
	expect(lines).toContainEqual(
		expect.objectContaining({ msg: 'The operator deletes a message', operator: 'operator', room: 'lobby', seq: 1 })
	);
});

test('[DEL-4] what was deleted, and what says so, is not unread', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, friend]) await client.join('lobby');
	for (const text of ['a', 'b', 'c']) await me.send('lobby', text);
	await friend.get('read:mark', { room: 'lobby', seq: 1 });
	await me.get('message:delete', { room: 'lobby', seq: 1 });
	await me.get('message:delete', { room: 'lobby', seq: 2 });
	const { rooms } = await friend.get('room:list', {});
	expect(rooms).toMatchObject([{ head: 5, readSeq: 1 }]);
	expect(rooms[0]?.gone.toSorted()).toEqual([2, 4, 5]);
});
