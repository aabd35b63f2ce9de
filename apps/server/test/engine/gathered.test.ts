import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Boundary } from '../../src/Boundary.ts';
import { Engine } from '../../src/socket/engine/Engine.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';

/** Messages that are sent at once, and their length in ASCII characters. */
const [TEXTS, LENGTH] = [60, 10_000];

/** The most bytes of one write: between writes the server notices a reader that accepts nothing. */
const MAX_GATHERED = 64 * 1024;

test('messages that are sent at once leave in bounded writes, complete and in order', async () => {
	const http = createServer();
	const engine = new Engine({}, new Boundary(pino({ level: 'silent' })));
	engine.attach(http, { path: '/socket.io/' });
	const accepted = once(http, 'connection') as Promise<[TcpSocket]>;
	const writes = accepted.then(([connection]) => vi.spyOn(connection, 'write'));
	const texts = Array.from({ length: TEXTS }, (_, index) => `${index} `.padEnd(LENGTH, 'x'));
	engine.on('connection', (connection: { write: (text: string) => void }) => {
		for (const text of texts) connection.write(text);
	});
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	onTestFinished(() => void http.close());
	// An address of a server that listens on a port.
	const line = await WebSocketLine.open((http.address() as AddressInfo).port);
	onTestFinished(() => line.close());
	await line.untilHeard(`4${texts.at(-1) ?? ''}`);
	expect(line.packets.filter((packet) => packet.startsWith('4'))).toEqual(texts.map((text) => `4${text}`));
	const sizes = (await writes).mock.calls.map(([bytes]) => bytes.length);
	expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_GATHERED + 2 * LENGTH);
});
