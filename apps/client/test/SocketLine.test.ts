import { CHAT_NAMESPACE, PROTOCOL, type ChatClientToServer, type ChatServerToClient } from '@digda/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { lineOf } from '#lib/chat/SocketLine.ts';
import { SocketWrapper } from '#lib/socket';
import { startDigda } from './support/servers.ts';

test('[LINE-6] only a ping measures the round trip, whatever the server holds back', async () => {
	const { url } = await startDigda();
	const socket = new SocketWrapper<ChatServerToClient, ChatClientToServer>();
	onTestFinished(() => socket.disconnect());
	const ready = new Promise<unknown>((resolve) => socket.on('session:ready', resolve));
	socket.connect(url + CHAT_NAMESPACE, { auth: { protocol: PROTOCOL } });
	await ready;
	const line = lineOf(socket);
	const send = { room: 'lobby', id: crypto.randomUUID(), text: 'hello' };

	await line.request('room:join', { room: 'lobby' });
	await line.request('message:send', send);
	await line.request('read:mark', { room: 'lobby', seq: 1 });
	expect(socket.roundTripMs.current).toBeUndefined();

	expect(await line.request('connection:ping', {})).toEqual({ ok: true, data: {} });
	const measured = socket.roundTripMs.current;
	expect(measured).toBeGreaterThan(0);
	await line.request('read:mark', { room: 'lobby', seq: 1 });
	expect(socket.roundTripMs.current).toBe(measured);
});
