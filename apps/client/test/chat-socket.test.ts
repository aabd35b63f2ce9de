import { CHAT_NAMESPACE, PROTOCOL, type ChatClientToServer, type ChatServerToClient } from '@digda/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { toChatSocket } from '#lib/session/chat-socket.ts';
import { SocketWrapper } from '#lib/socket';
import { startDigda } from './support/servers.ts';

test('[LINE-6] only a ping measures the round trip, whatever the server holds back', async () => {
	const { url } = await startDigda();
	const socket = new SocketWrapper<ChatServerToClient, ChatClientToServer>();
	onTestFinished(() => socket.disconnect());
	const ready = new Promise<unknown>((resolve) => socket.on('session:ready', resolve));
	const chat = toChatSocket(socket, url + CHAT_NAMESPACE);
	chat.connect(() => ({ protocol: PROTOCOL }));
	await ready;
	const send = { room: 'lobby', id: crypto.randomUUID(), text: 'hello' };

	await chat.request('room:join', { room: 'lobby' });
	await chat.request('message:send', send);
	await chat.request('read:mark', { room: 'lobby', seq: 1 });
	expect(socket.roundTripMs.current).toBeUndefined();

	expect(await chat.request('connection:ping', {})).toEqual({ ok: true, data: {} });
	const measured = socket.roundTripMs.current;
	expect(measured).toBeGreaterThan(0);
	await chat.request('read:mark', { room: 'lobby', seq: 1 });
	expect(socket.roundTripMs.current).toBe(measured);
});
