import { MAX_LISTED_ROOMS } from '@digda/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { chatPacket } from '@digda/testkit/raw/packets.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { newToken } from '@digda/testkit/client/open-private-room.ts';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

test('[ROOM-2] the room list has at most MAX_LISTED_ROOMS public rooms besides the user’s own', async () => {
	const { url, store } = await startServer();
	const me = await connectChat(url);
	await me.join('mine');
	for (let count = 0; count < MAX_LISTED_ROOMS + 20; count += 1)
		await store.join(`person-${count}`, `room-${count}`, 1);
	const { rooms } = await me.get('room:list', {});
	expect(rooms.filter(({ isMember }) => isMember)).toHaveLength(1);
	expect(rooms.length).toBeGreaterThanOrEqual(MAX_LISTED_ROOMS);
	expect(rooms.length).toBeLessThanOrEqual(MAX_LISTED_ROOMS + 1);
});

test('[SESSION-3] cuts a connection that guesses tokens after a few', async () => {
	const { port, lines } = await startServer();
	const socket = await WebSocketLine.open(port);
	onTestFinished(() => socket.close());
	const rejected = () => socket.packets.filter((packet) => packet.startsWith('44/chat,')).length;
	let guesses = 0;
	// Fewer than the times that a connection may enter a namespace.
	while (guesses < 9 && !socket.isClosed) {
		socket.send(chatPacket({ token: newToken() }));
		guesses += 1;
		await socket.until('a rejection or the end', () => rejected() === guesses || socket.isClosed || undefined);
	}
	expect(guesses).toBeGreaterThan(2);
	await socket.closed();
	expect(lines).toContainEqual(expect.objectContaining({ msg: 'Cut a connection', reason: 'offences' }));
});

test('the log holds 200 characters of a rejected origin', async () => {
	const { url, lines } = await startServer();
	const origin = `https://${'a'.repeat(5_000)}.example`;
	expect((await fetch(url + enginePath('polling'), { headers: { Origin: origin } })).status).toBe(403);
	const line = lines.find(({ msg }) => msg.startsWith('Rejected the origin'));
	expect(line?.msg).toContain(origin.slice(0, 200));
	expect(line?.msg).not.toContain(origin.slice(0, 201));
});
