import { expect, inject, test } from 'vitest';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

test('[PRES-1] counts a connected member as online, once for all connections', async () => {
	const { url } = await startServer();
	const [me, friend] = [await connectChat(url), await connectChat(url)];
	await me.join('lobby');
	await friend.join('lobby');
	const tab = await connectChat(url, tokenOf(friend));
	await expect.poll(() => me.join('lobby')).toMatchObject({ memberCount: 2 });
	tab.socket.disconnect();
	friend.socket.disconnect();
	const gone = await me.untilTold('presence:changed', ({ left }) => left.includes(friend.user.id));
	expect(gone).toMatchObject({ room: 'lobby', memberCount: 1 });

	const back = await connectChat(url, tokenOf(friend));
	const news = await me.untilTold('presence:changed', (change) => change.memberCount === 2 && change !== gone);
	expect(news.joined).toContainEqual(back.user);
});

test('[PRES-2] many people who come at once cause one change per room and second', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 1);
	const before = me.told('presence:changed').length;

	const started = performance.now();
	await Promise.all(
		Array.from({ length: 100 }, async () => {
			const client = await connectChat(url);
			await client.join('lobby');
		})
	);
	await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 101);
	const seconds = Math.ceil((performance.now() - started) / 1_000);
	const changes = me.told('presence:changed').slice(before);
	expect(changes.length).toBeLessThanOrEqual(seconds + 1);
	const last = await me.join('lobby');
	expect(last.memberCount).toBe(101);
	expect(last.members).toHaveLength(50);
});

test('[TYPE-1] typing reaches the others once per interval, and its end at once', async () => {
	const { url } = await startServer();
	const [me, friend, stranger] = [await connectChat(url), await connectChat(url), await connectChat(url)];
	for (const client of [me, friend]) await client.join('lobby');
	for (let index = 0; index < 10; index += 1) {
		me.socket.emit('typing:set', { room: 'lobby', isTyping: true });
	}
	stranger.socket.emit('typing:set', { room: 'lobby', isTyping: true });
	// Volatile: the event may be lost while the connection is busy.
	await friend.untilTold('typing:changed');
	me.socket.emit('typing:set', { room: 'lobby', isTyping: false });
	await friend.untilTold('typing:changed', ({ isTyping }) => !isTyping);
	me.socket.emit('typing:set', { room: 'lobby', isTyping: false });
	me.socket.emit('typing:set', { room: 'lobby', isTyping: true });
	await me.send('lobby', 'done');
	await friend.untilTold('entry:new');
	expect(friend.told('typing:changed')).toEqual([
		{ room: 'lobby', user: me.user, isTyping: true },
		{ room: 'lobby', user: me.user, isTyping: false }
	]);
	expect(me.told('typing:changed')).toEqual([]);
});

test.runIf(inject('engines'))('[NODE-6] communities on one Redis exchange nothing', async () => {
	const [here, there] = [await startServer(), await startServer()];
	const [me, stranger] = [await connectChat(here.url), await connectChat(there.url)];
	await stranger.join('lobby');
	await me.join('lobby');
	// By the time that a second person of the community is listed, nodes have had time to exchange presence.
	const friend = await connectChat(here.url);
	await friend.join('lobby');
	await me.untilTold('presence:changed', ({ joined }) => joined.some(({ id }) => id === friend.user.id));
	expect((await me.join('lobby')).members.map(({ id }) => id)).not.toContain(stranger.user.id);
	expect(stranger.told('presence:changed').flatMap(({ joined }) => joined.map(({ id }) => id))).not.toContain(
		me.user.id
	);
});
