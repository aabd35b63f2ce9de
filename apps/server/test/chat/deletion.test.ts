import { expect, test } from 'vitest';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { ADMIN_TOKEN } from '@digda/testkit/client/open-private-room.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

test('[DEL-1] a deletion is a log entry, and the message keeps only its seq, id, author and time', async () => {
	const { url, store } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, friend]) await client.join('lobby');
	const { id, sentAt } = await me.send('lobby', '앗');
	const target = me.target(id);
	await friend.send('lobby', '네?');
	await me.add('edit', 'lobby', { target, text: '앗!' });
	await friend.add('reaction', 'lobby', { target, emoji: '👀', isSet: true });
	const deletion = await me.add('delete', 'lobby', { target });
	expect(deletion).toMatchObject({ room: 'lobby', seq: 5 });
	await friend.untilTold('entry:new', ({ entries }) => entries.some(({ seq }) => seq === 5));
	expect(friend.news('lobby').at(-1)).toEqual({
		...{ kind: 'delete', seq: 5, id: deletion.id, author: me.user, sentAt: deletion.sentAt, said: 2 },
		target: { ...target, seq: 1 }
	});
	const { messages } = await friend.get('history:read', { room: 'lobby', after: 0 });
	expect(messages).toEqual([
		{ seq: 1, id, author: me.user, sentAt, said: 1, text: '', changed: 5, isDeleted: true },
		expect.objectContaining({ seq: 2, text: '네?' })
	]);
	// A node that has missed these entries reads and delivers them without their content.
	expect(await store.readLog('lobby', 0, 200)).toMatchObject([
		{ kind: 'message', text: '' },
		{ kind: 'message', text: '네?' },
		{ kind: 'edit', text: '' },
		{ kind: 'reaction', emoji: '' },
		{ kind: 'delete' }
	]);
});

test('[DEL-2] answers a second deletion with the seq of the first', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	const tab = await connectChat(url, tokenOf(me));
	await me.join('lobby');
	const { id } = await me.send('lobby', '앗');
	const content = { target: me.target(id) };
	const places = await Promise.all([me, tab, me].map((client) => client.add('delete', 'lobby', content)));
	expect(places.map(({ seq }) => seq)).toEqual([2, 2, 2]);
	expect((await me.join('lobby')).head).toBe(2);
});

test('[DEL-2] acknowledges a deleted message and its changes that are sent again, and restores nothing', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, friend]) await client.join('lobby');
	const sent = await me.send('lobby', '앗');
	const target = me.target(sent.id);
	const edited = await me.add('edit', 'lobby', { target, text: '앗!' });
	const reaction = { target, emoji: '👀', isSet: true };
	const reacted = await friend.add('reaction', 'lobby', reaction);
	const deleted = await me.add('delete', 'lobby', { target });
	expect(await me.send('lobby', '앗', sent.id)).toEqual(sent);
	expect(await me.add('edit', 'lobby', { target, text: '앗!' }, edited.id)).toEqual(edited);
	expect(await friend.add('reaction', 'lobby', reaction, reacted.id)).toEqual(reacted);
	expect(await me.add('delete', 'lobby', { target }, deleted.id)).toEqual(deleted);
	expect(await me.join('lobby')).toMatchObject({
		head: 4,
		messages: [{ text: '', isDeleted: true, changed: 4 }]
	});
});

test('[DEL-3] only the author and the operator delete a message of a public room', async () => {
	const { url, lines } = await startServer({ adminToken: ADMIN_TOKEN });
	const [me, friend, operator] = [await connectChat(url), await connectChat(url), await connectChat(url, ADMIN_TOKEN)];
	for (const client of [me, friend]) await client.join('lobby');
	const { id } = await me.send('lobby', '스팸');
	const target = me.target(id);
	expect(await friend.tryAdd('delete', 'lobby', { target })).toMatchObject({ error: { code: 'forbidden' } });
	expect(await operator.add('delete', 'lobby', { target })).toMatchObject({ seq: 2 });
	await me.untilTold('entry:new', ({ entries }) => entries.some(({ kind }) => kind === 'delete'));
	expect(lines).toContainEqual(
		expect.objectContaining({ msg: 'The operator deletes a message', operator: 'operator', room: 'lobby', target })
	);
});

test('[DEL-4] deleted messages and deletion entries do not count as unread', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, friend]) await client.join('lobby');
	const [a, b] = [await me.send('lobby', 'a'), await me.send('lobby', 'b')];
	await me.send('lobby', 'c');
	await friend.get('read:mark', { room: 'lobby', seq: 1 });
	for (const { id } of [a, b]) await me.add('delete', 'lobby', { target: me.target(id) });
	// `c` alone is unread.
	expect((await friend.get('room:list', {})).rooms).toMatchObject([{ head: 5, said: 3, readSeq: 1, readSaid: 2 }]);
});

test('[KEPT-1] the room list gives the seq of the last deletion of each room, and no other change moves it', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	await me.join('hall');
	const [first, second] = [await me.send('lobby', 'a'), await me.send('lobby', 'b')];
	const lastDeletions = async () => {
		const { rooms } = await me.get('room:list', {});
		return Object.fromEntries(rooms.map(({ room, lastDeletion }) => [room, lastDeletion]));
	};
	await me.add('edit', 'lobby', { target: me.target(first.id), text: 'edited' });
	expect(await lastDeletions()).toEqual({ lobby: 0, hall: 0 });
	await me.add('delete', 'lobby', { target: me.target(first.id) });
	expect(await lastDeletions()).toEqual({ lobby: 4, hall: 0 });
	await me.add('reaction', 'lobby', { target: me.target(second.id), emoji: '👍', isSet: true });
	await me.add('delete', 'lobby', { target: me.target(first.id) });
	expect(await lastDeletions()).toEqual({ lobby: 4, hall: 0 });
	await me.add('delete', 'lobby', { target: me.target(second.id) });
	expect(await lastDeletions()).toEqual({ lobby: 6, hall: 0 });
});
