import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

test.for(['websocket', 'polling'])('[LINE-1] a stock client gets its answer over %s', async (transport) => {
	const { url } = await startServer();
	const socket = await connectEcho(url, { transports: [transport] });

	expect(await ask(socket, '안녕하세요')).toBe('서버입니다: 안녕하세요');
	expect(socket.io.engine.transport.name).toBe(transport);
});

test('[LINE-1] a stock client that begins with polling is upgraded and gets its answers on both', async () => {
	const { url } = await startServer();
	const socket = await connectEcho(url, { transports: ['polling', 'websocket'] });

	expect(await ask(socket, '처음')).toBe('서버입니다: 처음');
	await expect.poll(() => socket.io.engine.transport.name).toBe('websocket');
	expect(await ask(socket, '안녕하세요')).toBe('서버입니다: 안녕하세요');
});

test('[ECHO-2] answers go to the asker alone, in the order of the questions', async () => {
	const { url } = await startServer();
	const [ada, bora] = await Promise.all([connectEcho(url), connectEcho(url)]);
	const heard = { ada: [] as string[], bora: [] as string[] };
	ada.on('eventFromServer', (answer) => heard.ada.push(answer));
	bora.on('eventFromServer', (answer) => heard.bora.push(answer));

	for (let number = 0; number < 100; number += 1) {
		ada.emit('eventFromClient', `ada ${number}`);
		bora.emit('eventFromClient', `bora ${number}`);
	}
	await expect.poll(() => heard.ada.length + heard.bora.length).toBe(200);

	const expected = (name: string) => Array.from({ length: 100 }, (_, number) => `서버입니다: ${name} ${number}`);
	expect(heard).toEqual({ ada: expected('ada'), bora: expected('bora') });
});

test('[ECHO-3] an acknowledgement says that the text was accepted', async () => {
	const { url } = await startServer();
	const socket = await connectEcho(url);

	expect(await socket.emitWithAck('eventFromClient', '안녕')).toEqual({ ok: true, data: {} });
});

test('the log has connection, message and disconnection, with the socket id', async () => {
	const { url, lines } = await startServer();
	const socket = await connectEcho(url);
	const { id } = socket;
	await ask(socket, '안녕\nINFO forged');
	socket.disconnect();

	await expect
		.poll(() => lines.map(({ msg }) => msg))
		.toEqual([`Client connected: ${id}`, '📟 Message from client: 안녕\nINFO forged', `Client disconnected: ${id}`]);
});

test.for([
	['a', 201],
	['\u2028', 4_000],
	['🙂', 4_000]
] as const)('a log line holds the first 200 code points of a text: %s, %d times', async ([character, length]) => {
	const { url, lines } = await startServer();
	const socket = await connectEcho(url);
	for (const count of [199, 200, length]) {
		const text = `b${character.repeat(count - 1)}`;
		expect(await ask(socket, text)).toBe(`서버입니다: ${text}`);
	}

	const start = `📟 Message from client: b${character.repeat(198)}`;
	await expect
		.poll(() => lines.map(({ msg }) => msg).slice(1))
		.toEqual([start, start + character, `${start}${character}… (${length.toLocaleString('en')} characters)`]);
});

test('a closed server has no connection and no port, and closing twice is harmless', async () => {
	const { server, url } = await startServer();
	const socket = await connectEcho(url, { transports: ['websocket'], reconnection: false });
	const disconnected = nextEvent(socket, 'disconnect');
	const closed = once(server.http, 'close');

	await Promise.all([server.close(), server.close()]);
	await closed;
	expect(await disconnected).toBe('transport close');
	await expect(fetch(url)).rejects.toThrow();
});
