import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectChat, tokenOf } from '../support/chat.ts';
import { enginePath, UPGRADE_REQUEST } from '../support/handshake.ts';
import { startServer } from '../support/server.ts';

/** A frame of WebSocket from a client, masked with zeros. */
function frame(text: string): Buffer {
	const payload = Buffer.from(text);
	return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** A member over WebSocket who has joined nothing new and reads no more. */
async function stopReading(port: number, token: string) {
	const line = connect(port, '127.0.0.1');
	onTestFinished(() => void line.destroy());
	line.on('error', () => undefined);
	line.write(UPGRADE_REQUEST);
	await once(line, 'data');
	let heard = '';
	line.on('data', (chunk) => (heard += chunk.toString('latin1')));
	line.write(frame(`40/chat,${JSON.stringify({ token })}`));
	await expect.poll(() => heard).toContain('session:ready');
	line.pause();
	return line;
}

/** Says so much that no buffer of the system can take it: 16 MB. */
async function flood(client: Awaited<ReturnType<typeof connectChat>>, rounds: number) {
	for (let round = 0; round < rounds; round += 1) {
		const text = `${round} ${'가'.repeat(3_900)}`;
		await Promise.all(
			Array.from({ length: 50 }, (_, index) => client.send('lobby', `${text} ${index}`))
		);
	}
}

test(
	'[NEWS-3] who does not read is cut, over WebSocket and over polling, and nobody else notices',
	{ timeout: 60_000 },
	async () => {
		const { server, port, url } = await startServer();
		const [me, slow, lazy] = [
			await connectChat(url),
			await connectChat(url),
			await connectChat(url)
		];
		for (const client of [me, slow, lazy]) await client.join('lobby');
		const line = await stopReading(port, tokenOf(slow));
		slow.socket.disconnect();
		const polling = await fetch(`${url}${enginePath('polling')}`).then((answer) => answer.text());
		const { sid } = JSON.parse(polling.slice(1)) as { sid: string };
		const post = (body: string) =>
			fetch(`${url}${enginePath('polling')}&sid=${sid}`, { method: 'POST', body });
		await post(`40/chat,${JSON.stringify({ token: tokenOf(lazy) })}`);
		lazy.socket.disconnect();
		await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 3);

		const ended = once(line, 'close');
		await flood(me, 28);
		line.resume(); // otherwise the end of the line is not seen either
		await ended;
		expect((await fetch(`${url}${enginePath('polling')}&sid=${sid}`)).status).toBe(400);
		await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 1);
		expect(me.news('lobby')).toHaveLength(28 * 50);
		expect(server.http.listening).toBe(true);
	}
);
