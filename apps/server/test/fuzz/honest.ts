/** A worker in which an honest client chats, so that its latencies do not include work of the main thread. */
import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { StockClient } from '@digda/testkit/client/StockClient.ts';

/** A report of the worker: it chats, the time of an acknowledgement, or a failure. */
export type HonestNews = { chats: true } | { latencyMs: number } | { failure: string };

/** The longest allowed answer, in milliseconds. */
const STALL_MS = 5_000;

/** The pause between two messages, in milliseconds. */
const PAUSE_MS = 20;

const say = (news: HonestNews) => parentPort?.postMessage(news);
// The parent passes the url.
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
client.socket.on('connect_error', (error) => say({ failure: `an honest client was rejected: ${error.message}` }));
client.socket.once('session:ready', () => {
	void client.join('lobby').then(() => {
		say({ chats: true });
		goOn();
	});
});
