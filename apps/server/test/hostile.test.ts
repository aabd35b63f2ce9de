import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'socket.io-client';
import { expect, test, vi } from 'vitest';
import { UPGRADE_REQUEST } from './support/handshake.ts';
import { startProcess } from './support/process.ts';
import { ask, connectEcho, nextEvent } from './support/server.ts';

const DEEP = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;

/** A client that does nothing wrong, and the check that it was not disturbed: the same line, and an answer. */
async function connectHonest(url: string) {
	const honest = await connectEcho(url, { transports: ['websocket'], reconnection: false });
	const { id } = honest;
	return async () => {
		expect(await ask(honest, '안녕하세요')).toBe('서버입니다: 안녕하세요');
		expect(honest.id).toBe(id);
	};
}

/** Socket.IO packets as they cross the wire, without Engine.IO's leading type. */
const PACKETS = {
	'an event without arguments': '2["eventFromClient"]',
	null: '2["eventFromClient",null]',
	'a number': '2["eventFromClient",42]',
	'an object with a hostile toString': '2["eventFromClient",{"toString":"x","valueOf":1}]',
	'an object that touches the prototype': '2["eventFromClient",{"__proto__":{"length":1}}]',
	'an array nested 10,000 deep': `2["eventFromClient",${DEEP}]`,
	'a text that is too long': `2["eventFromClient","${'가'.repeat(4_001)}"]`,
	'an unknown event': '2["eventFromNobody","x"]',
	'an unknown event nested 10,000 deep': `2["x",${DEEP}]`,
	'an event with the name of an internal one': '2["disconnect","x"]',
	'a binary text': '51-["eventFromClient",{"_placeholder":true,"num":0}]',
	'an acknowledgement for nothing': '37["x"]',
	'an unknown namespace': '0/nowhere,',
	'a second connect': '0',
	'not a packet at all': 'x{]'
};

test.for(Object.entries(PACKETS))('[ECHO-5] %s ends no process and disturbs no other client', async ([, packet]) => {
	const { url, child } = await startProcess();
	const expectHonestServed = await connectHonest(url);
	const hostile = await connectEcho(url, { transports: ['websocket'], reconnection: false });

	hostile.io.engine.write(packet);
	if (hostile.connected) {
		// Whatever the server makes of it, it has read it once this later packet was answered or refused.
		await Promise.race([ask(hostile, 'later'), nextEvent(hostile, 'disconnect')]);
	}

	await expectHonestServed();
	expect(child.exitCode).toBeNull();
});

test.for(['websocket', 'polling'])(
	'[LINE-3] a message of 1 MB over %s ends its own connection alone',
	async (transport) => {
		const { url } = await startProcess();
		const expectHonestServed = await connectHonest(url);
		const hostile = await connectEcho(url, { transports: [transport], reconnection: false });
		const disconnected = nextEvent(hostile, 'disconnect');

		hostile.emit('eventFromClient', 'x'.repeat(1_000_000));

		expect(await disconnected).toMatch(/transport (close|error)/);
		await expectHonestServed();
	}
);

test('[ECHO-4] what is refused is refused through the acknowledgement, and nothing is logged or answered', async () => {
	const server = await startProcess();
	const { url } = server;
	const socket = await connectEcho(url, { transports: ['websocket'] });
	const answers: string[] = [];
	socket.on('eventFromServer', (answer) => answers.push(answer));
	const refused = { ok: false, error: { code: 'invalid', message: expect.any(String) as string } };

	const payloads: unknown[] = [null, 42, [], {}, { toString: 'x' }, '가'.repeat(4_001)];
	const untyped = socket as unknown as Socket;
	for (const payload of payloads) {
		expect(await untyped.emitWithAck('eventFromClient', payload)).toEqual(refused);
	}
	// Without a payload Socket.IO hands over the acknowledgement as the only argument.
	expect(await untyped.emitWithAck('eventFromClient')).toEqual(refused);

	expect(await ask(socket, 'last')).toBe('서버입니다: last');
	expect(answers).toEqual(['서버입니다: last']);
	await vi.waitFor(() => expect(server.heard).toEqual(['last']));
});

test('[ECHO-3] an acknowledgement that is not a function is ignored', async () => {
	const { url } = await startProcess();
	const socket = await connectEcho(url);
	const answer = nextEvent(socket, 'eventFromServer');

	socket.emit('eventFromClient', '안녕', { call: 'me' } as never);

	expect(await answer).toBe('서버입니다: 안녕');
});

test('[ECHO-5] connections that are reset in the middle of the handshake end no process', async () => {
	const { url, port, child } = await startProcess();
	const expectHonestServed = await connectHonest(url);

	for (let count = 0; count < 100; count += 1) {
		const connection = connect({ port, host: '127.0.0.1' });
		await once(connection, 'connect');
		connection.write(UPGRADE_REQUEST);
		connection.resetAndDestroy();
	}

	await expectHonestServed();
	expect(child.exitCode).toBeNull();
});
