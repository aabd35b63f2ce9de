import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Boundary } from '../../src/Boundary.ts';
import { Engine } from '../../src/socket/engine/Engine.ts';
import { connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** The TCP connections that a server accepts. */
function acceptedBy({ server }: Awaited<ReturnType<typeof startServer>>): TcpSocket[] {
	const accepted: TcpSocket[] = [];
	server.http.on('connection', (socket: TcpSocket) => accepted.push(socket));
	return accepted;
}

test('answers to packets that arrive together leave in one write', async () => {
	const started = await startServer();
	const accepted = acceptedBy(started);
	const line = await WebSocketLine.open(started.port);
	line.send(connectPacket());
	await line.untilHeard('40');
	const write = vi.spyOn(accepted[0] ?? expect.fail('no connection was accepted'), 'write');
	const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`);
	line.send(...texts.map((text) => eventPacket('', ['eventFromClient', text])));
	await line.untilHeard('42["eventFromServer","서버입니다: text 9"]');

	expect(line.packets.filter((packet) => packet.startsWith('42'))).toEqual(
		texts.map((text) => `42["eventFromServer","서버입니다: ${text}"]`)
	);
	expect(write).toHaveBeenCalledTimes(1);
	line.close();
});

test('a sender receives the entry and the acknowledgement in one write, in this order', async () => {
	const started = await startServer();
	const accepted = acceptedBy(started);
	const me = await connectChat(started.url);
	await me.join('lobby');
	const heard: string[] = [];
	me.socket.on('entry:new', () => heard.push('entry'));
	const write = vi.spyOn(accepted.at(-1) ?? expect.fail('no connection was accepted'), 'write');
	await me.send('lobby', 'hello').then(() => heard.push('acknowledgement'));
	expect(heard).toEqual(['entry', 'acknowledgement']);
	expect(write.mock.calls.filter(([bytes]) => String(bytes).includes('entry:new'))).toHaveLength(1);
	expect(write.mock.calls.filter(([bytes]) => String(bytes).includes('"ok":true'))).toHaveLength(1);
	expect(write.mock.calls.some(([bytes]) => /entry:new.*"ok":true/.test(String(bytes)))).toBe(true);
});

test('a reader that lags behind receives the rest later, complete and in order', async () => {
	const started = await startServer();
	const accepted = acceptedBy(started);
	const [me, friend] = [await connectChat(started.url), await connectChat(started.url)];
	await me.join('lobby');
	await friend.join('lobby');
	const connection = accepted.at(-1) ?? expect.fail('no connection was accepted');
	// The server sends nothing else from here on.
	await friend.untilTold('presence:changed', ({ memberCount }) => memberCount === 2);
	const heard: number[] = [];
	friend.socket.on('entry:new', ({ entries }) => heard.push(...entries.map(({ seq }) => seq)));

	// As if the buffer of the system were full: each write waits until the one before is done.
	const original = connection._write.bind(connection);
	const held: (() => void)[] = [];
	connection._write = (...args) => void held.push(() => original(...args));
	let sent = 0;
	for (; sent < 20; sent += 1) await me.send('lobby', `${sent} ${'가'.repeat(1_000)}`);
	expect(heard).toEqual([]);
	connection._write = original;
	held.forEach((write) => write());
	await expect.poll(() => heard).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
});

test('the last message arrives before the connection ends', async () => {
	const http = createServer();
	const engine = new Engine({}, new Boundary(pino({ level: 'silent' })));
	engine.attach(http, { path: '/socket.io/' });
	engine.on('connection', (connection: { write: (data: string) => void; close: () => void }) => {
		connection.write('goodbye');
		connection.close();
	});
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	onTestFinished(() => void http.close());
	// This client receives nothing after the end, as a browser.
	const { port } = http.address() as AddressInfo;
	const socket = new WebSocket(`ws://127.0.0.1:${port}${enginePath('websocket')}`);
	const heard: unknown[] = [];
	socket.addEventListener('message', ({ data }) => heard.push(data));
	await new Promise((resolve) => socket.addEventListener('close', resolve));
	expect(heard.at(-1)).toBe('4goodbye');
});
