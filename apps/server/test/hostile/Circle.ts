import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { StockClient } from '@digda/testkit/client/StockClient.ts';

const ROOM = 'lobby';

/** Several people share the rates, as one of them speaks after each attack. One of them has no WebSocket. */
const TRANSPORTS = ['websocket', 'websocket', 'websocket', 'polling'];

/** The longest that an honest client may wait while the server is attacked. */
const PATIENCE_MS = 10_000;

/** Honest people who chat in a room. None of them may ever lose a connection. */
export class Circle {
	readonly #people: StockClient[];
	readonly #ids: (string | undefined)[];
	/** Rejects when the first of them loses a connection. */
	readonly #loss: Promise<never>;
	#spoken = 0;

	private constructor(people: StockClient[]) {
		this.#people = people;
		this.#ids = people.map(({ socket }) => socket.id);
		this.#loss = new Promise((_, reject) => {
			for (const person of people) {
				person.onDisconnect((reason) => reject(new Error(`an honest client lost its connection: ${reason}`)));
			}
		});
		// The next call of `chat` reports it.
		this.#loss.catch(() => undefined);
	}

	/** @param urls of nodes, to which the people connect in rotation */
	static async open(urls: readonly string[]): Promise<Circle> {
		const people = await Promise.all(
			TRANSPORTS.map((transport, index) =>
				StockClient.connect(urls[index % urls.length] ?? '', {
					...{ transports: [transport], reconnection: false, ackTimeout: PATIENCE_MS }
				})
			)
		);
		const circle = new Circle(people);
		for (const person of people) await person.join(ROOM);
		return circle;
	}

	/** One person sends a message. All of them, the sender included, receive it on their first connections. */
	async chat(): Promise<void> {
		const speaker = this.#people[(this.#spoken += 1) % this.#people.length];
		if (speaker === undefined) throw new RangeError('the circle is empty');
		const id = randomUUID();
		const heard = this.#people.map((person) => hears(person, id));
		await Promise.race([Promise.all([...heard, say(speaker, id)]), this.#loss]);
		expect(this.#people.map(({ socket }) => socket.id)).toEqual(this.#ids);
	}

	close(): void {
		for (const person of this.#people) person.disconnect();
	}
}

/** Sends a message as soon as the rates allow it. */
async function say(person: StockClient, id: string): Promise<void> {
	const reply = await person.ask('message:send', { room: ROOM, id, text: '안녕하세요' });
	if (reply.ok) return;
	const { code, retryAfterMs = 0 } = reply.error;
	if (code !== 'rate_limited') throw new Error(`an honest message was rejected with ${code}`);
	await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
	await say(person, id);
}

async function hears(person: StockClient, id: string): Promise<void> {
	await person.untilTold('entry:new', ({ entries }) => entries.some((entry) => entry.id === id), PATIENCE_MS);
}
