import type { Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { startProcess } from '@digda/testkit/server/process.ts';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';

test('[ECHO-4] the acknowledgement alone rejects a wrong text, which is neither logged nor answered', async () => {
	const server = await startProcess();
	const { url } = server;
	const socket = await connectEcho(url, { transports: ['websocket'] });
	const answers: string[] = [];
	socket.on('eventFromServer', (answer) => answers.push(answer));
	const rejected = { ok: false, error: { code: 'invalid', message: expect.any(String) as string } };

	const payloads: unknown[] = [null, 42, [], {}, { toString: 'x' }, '가'.repeat(4_001)];
	const untyped = socket as unknown as Socket;
	for (const payload of payloads) {
		expect(await untyped.emitWithAck('eventFromClient', payload)).toEqual(rejected);
	}
	// Without a payload Socket.IO passes the acknowledgement as the only argument.
	expect(await untyped.emitWithAck('eventFromClient')).toEqual(rejected);

	expect(await ask(socket, 'last')).toBe('서버입니다: last');
	expect(answers).toEqual(['서버입니다: last']);
	await expect.poll(() => server.heard).toEqual(['last']);
});

test('[ECHO-3] an acknowledgement that is not a function is ignored', async () => {
	const { url } = await startProcess();
	const socket = await connectEcho(url);
	const answer = nextEvent(socket, 'eventFromServer');

	socket.emit('eventFromClient', '안녕', { call: 'me' } as never);

	expect(await answer).toBe('서버입니다: 안녕');
});
