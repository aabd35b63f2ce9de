/** A process of its own in which honest people chat: `people.ts <url>`. Reports on request how long acknowledgements took. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StockClient } from '@digda/testkit/client/StockClient.ts';

/** A person sends four messages per second; the limits allow five. */
const [PEOPLE, PAUSE_MS] = [8, 250];

const ROOM = 'lobby';

/** The longest time that a timer can have, in milliseconds. */
const NEVER_MS = 2 ** 31 - 1;

const [, , url = ''] = process.argv;
let latenciesMs: number[] = [];
/** When each message was sent that is not acknowledged yet. */
const waiting = new Set<number>();

async function begin(index: number): Promise<void> {
	// A request may wait for as long as the server needs, as its wait is the measurement.
	const person = new StockClient(url, { reconnection: false, ackTimeout: NEVER_MS });
	person.onDisconnect((reason) => {
		throw new Error(`an honest person lost the connection: ${reason}`);
	});
	await person.untilTold('session:ready', undefined, NEVER_MS);
	await person.join(ROOM);
	setTimeout(() => setInterval(() => void speak(person), PAUSE_MS), (index * PAUSE_MS) / PEOPLE);
}

async function speak(person: StockClient): Promise<void> {
	const sentAtMs = performance.now();
	waiting.add(sentAtMs);
	await send(person, randomUUID());
	waiting.delete(sentAtMs);
	latenciesMs.push(performance.now() - sentAtMs);
}

/** Sends a message until it is acknowledged, and waits for `retryAfterMs` in between. */
async function send(person: StockClient, id: string): Promise<void> {
	const reply = await person.ask('message:send', { room: ROOM, id, text: '안녕하세요' });
	if (reply.ok) return;
	const { code, retryAfterMs } = reply.error;
	if (retryAfterMs === undefined) throw new Error(`an honest message was rejected with ${code}`);
	await sleep(retryAfterMs);
	await send(person, id);
}

await Promise.all(Array.from({ length: PEOPLE }, (_, index) => begin(index)));
process.on('message', () => {
	// A message without an acknowledgement counts with its wait so far.
	process.send?.([...latenciesMs, ...[...waiting].map((begunAtMs) => performance.now() - begunAtMs)]);
	latenciesMs = [];
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
