import { expect, onTestFinished, test } from 'vitest';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { chatPacket, connectPacket } from '@digda/testkit/raw/packets.ts';
import { PollingLine, SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import type { LogLine } from '@digda/testkit/server/ServerProcess.ts';

/** The longest text: 12 KB. */
const LONG = '가'.repeat(4_000);

/** Joins the echo and the chat. The server logs the end of a connection that is in the echo, with the reason. */
const joinBoth = (token: string) => [connectPacket(), chatPacket({ token })];

/** A connection of a member over WebSocket that stops reading after session:ready. */
async function stopReading(port: number, token: string) {
	const socket = await WebSocketLine.open(port);
	onTestFinished(() => socket.close());
	socket.send(...joinBoth(token));
	await socket.untilHeard('42/chat,["session:ready"');
	socket.line.pause();
	return socket;
}

/** Waits until so many connections have been cut. One that answers no ping ends after 25 s in any case. */
async function untilCut(lines: readonly LogLine[], count: number) {
	const reasons = () => lines.flatMap(({ msg, reason }) => (msg.startsWith('Client disconnected') ? [reason] : []));
	const cut = Array.from({ length: count }, () => 'transport error');
	await expect.poll(reasons).toEqual(cut);
}

/** Sends more than any buffer of the system takes: 16 MB. */
async function flood(client: Awaited<ReturnType<typeof connectChat>>, rounds: number) {
	for (let round = 0; round < rounds; round += 1) {
		const text = `${round} ${'가'.repeat(3_900)}`;
		await Promise.all(Array.from({ length: 50 }, (_, index) => client.send('lobby', `${text} ${index}`)));
	}
}

test('[NEWS-3] cuts a client that does not read, over WebSocket and polling, and disturbs nobody else', async () => {
	const { server, port, url, lines } = await startServer();
	const [me, slow, lazy] = [await connectChat(url), await connectChat(url), await connectChat(url)];
	for (const client of [me, slow, lazy]) await client.join('lobby');
	const socket = await stopReading(port, tokenOf(slow));
	slow.socket.disconnect();
	const polling = await PollingLine.open(port);
	await polling.post(joinBoth(tokenOf(lazy)).join(SEPARATOR));
	lazy.socket.disconnect();
	await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 3);

	await flood(me, 28);
	await untilCut(lines, 2);
	socket.line.resume(); // otherwise the end of the connection is not seen either
	await socket.closed();
	expect((await polling.poll()).status).toBe(400);
	await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 1);
	expect(me.news('lobby')).toHaveLength(28 * 50);
	expect(server.http.listening).toBe(true);
});

test.for([
	['pages', 80, '42/chat,1["history:read",{"room":"lobby","after":0,"limit":200}]'],
	['the echo', 1_500, `42["eventFromClient","${LONG}"]`]
] as const)('[NEWS-3] cuts a client that requests %s repeatedly and reads no reply', async ([, times, question]) => {
	const { port, url, lines } = await startServer();
	const [me, slow] = [await connectChat(url), await connectChat(url)];
	for (const client of [me, slow]) await client.join('lobby');
	await Promise.all(Array.from({ length: 25 }, () => me.send('lobby', LONG)));
	const socket = await stopReading(port, tokenOf(slow));
	slow.socket.disconnect();

	// The replies are more than any buffer of the system takes: 18 MB and more.
	socket.send(...Array.from({ length: times }, () => question));
	await untilCut(lines, 1);
	await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 1);
	expect(await me.send('lobby', 'undisturbed')).toMatchObject({ seq: 26 });
});
