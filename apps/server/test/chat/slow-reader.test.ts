import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectChat, tokenOf } from '../support/chat.ts';
import { enginePath, UPGRADE_REQUEST } from '../support/handshake.ts';
import { startServer } from '../support/server.ts';
import type { LogLine } from '../support/ServerProcess.ts';

/** The longest text: 12 KB. */
const LONG = '가'.repeat(4_000);

/** Joins the echo and the chat; the end of a connection that is in the echo comes into the log, with the reason. */
const joinBoth = (token: string) => ['40', `40/chat,${JSON.stringify({ token })}`];

/** A frame of WebSocket from a client, masked with zeros. */
function frame(text: string): Buffer {
	const payload = Buffer.from(text);
	const { length } = payload;
	const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), payload]);
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
	line.write(Buffer.concat(joinBoth(token).map(frame)));
	await expect.poll(() => heard, { timeout: 5_000 }).toContain('session:ready');
	line.pause();
	return line;
}

/** Waits until so many connections have been cut; one that answers no ping ends after 25 s in any case. */
async function untilCut(lines: readonly LogLine[], count: number) {
	const reasons = () => lines.flatMap(({ msg, reason }) => (msg.startsWith('Client disconnected') ? [reason] : []));
	const cut = Array.from({ length: count }, () => 'transport error');
	await expect.poll(reasons, { timeout: 20_000 }).toEqual(cut);
}

/** Says so much that no buffer of the system can take it: 16 MB. */
async function flood(client: Awaited<ReturnType<typeof connectChat>>, rounds: number) {
	for (let round = 0; round < rounds; round += 1) {
		const text = `${round} ${'가'.repeat(3_900)}`;
		await Promise.all(Array.from({ length: 50 }, (_, index) => client.send('lobby', `${text} ${index}`)));
	}
}

test(
	'[NEWS-3] who does not read is cut, over WebSocket and over polling, and nobody else notices',
	{ timeout: 60_000 },
	async () => {
		const { server, port, url, lines } = await startServer();
		const [me, slow, lazy] = [await connectChat(url), await connectChat(url), await connectChat(url)];
		for (const client of [me, slow, lazy]) await client.join('lobby');
		const line = await stopReading(port, tokenOf(slow));
		slow.socket.disconnect();
		const polling = await fetch(`${url}${enginePath('polling')}`).then((answer) => answer.text());
		const { sid } = JSON.parse(polling.slice(1)) as { sid: string };
		const post = (body: string) => fetch(`${url}${enginePath('polling')}&sid=${sid}`, { method: 'POST', body });
		await post(joinBoth(tokenOf(lazy)).join('\x1e'));
		lazy.socket.disconnect();
		await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 3);

		const ended = once(line, 'close');
		await flood(me, 28);
		await untilCut(lines, 2);
		line.resume(); // otherwise the end of the line is not seen either
		await ended;
		expect((await fetch(`${url}${enginePath('polling')}&sid=${sid}`)).status).toBe(400);
		await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 1);
		expect(me.news('lobby')).toHaveLength(28 * 50);
		expect(server.http.listening).toBe(true);
	}
);

test.for([
	['pages', 80, '42/chat,1["history:read",{"room":"lobby","after":0,"limit":200}]'],
	['the echo', 1_500, `42["eventFromClient","${LONG}"]`]
] as const)(
	'[NEWS-3] who asks for %s again and again and reads no reply is cut, though nobody speaks',
	{ timeout: 60_000 },
	async ([, times, question]) => {
		const { port, url, lines } = await startServer();
		const [me, slow] = [await connectChat(url), await connectChat(url)];
		for (const client of [me, slow]) await client.join('lobby');
		await Promise.all(Array.from({ length: 25 }, () => me.send('lobby', LONG)));
		const line = await stopReading(port, tokenOf(slow));
		slow.socket.disconnect();

		// The replies are more than any buffer of the system takes: 18 MB and more.
		line.write(Buffer.concat(Array.from({ length: times }, () => frame(question))));
		await untilCut(lines, 1);
		await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 1);
		expect(await me.send('lobby', 'undisturbed')).toMatchObject({ seq: 26 });
	}
);
