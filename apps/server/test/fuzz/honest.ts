/** A worker in which somebody chats all the while, so that the time that others take is not taken for the server's. */
import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { StockClient } from '@digda/testkit/client/StockClient.ts';

/** What the worker says: that it chats, how long an acknowledgement took, or what went wrong. */
export type HonestNews = { chats: true } | { latencyMs: number } | { failure: string };

/** How long an answer may take. */
const STALL_MS = 5_000;

/** Between one message and the next. */
const PAUSE_MS = 20;

const say = (news: HonestNews) => parentPort?.postMessage(news);
// Given by whoever starts it.
const { url } = workerData as { url: string };
const client = new StockClient(url, { reconnection: false, ackTimeout: STALL_MS });

async function chat(): Promise<void> {
	const began = performance.now();
	const reply = await client.ask('message:send', { room: 'lobby', id: randomUUID(), text: '안녕하세요' });
	if (!reply.ok) throw new Error(`an honest message was rejected with ${reply.error.code}`);
	say({ latencyMs: performance.now() - began });
	setTimeout(goOn, PAUSE_MS);
}

function goOn(): void {
	chat().catch((error: unknown) => say({ failure: String(error) }));
}

client.onDisconnect((reason) => say({ failure: `an honest client lost its connection: ${reason}` }));
client.socket.on('connect_error', (error) => say({ failure: `an honest client was not let in: ${error.message}` }));
client.socket.once('session:ready', () => {
	void client.join('lobby').then(() => {
		say({ chats: true });
		goOn();
	});
});
