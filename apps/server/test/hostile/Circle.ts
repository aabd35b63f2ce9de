import { randomUUID } from 'node:crypto';
import type { ChatClientToServer, ChatServerToClient, Message } from '@digda/protocol';
import { io, type Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { nextEvent } from '@digda/testkit/server/start-server.ts';

const ROOM = 'lobby';

/** Several, so that whoever speaks after each of many attacks stays within the rates; one has no WebSocket. */
const TRANSPORTS = ['websocket', 'websocket', 'websocket', 'polling'];

/** How long an honest client may wait while the server is attacked. It is never waited for in vain. */
const PATIENCE_MS = 10_000;

type Person = Socket<ChatServerToClient, ChatClientToServer>;

/** Some people who chat in a room and do nothing wrong; none of them may ever lose their connection. */
export class Circle {
	readonly #people: Person[];
	readonly #ids: (string | undefined)[];
	#spoken = 0;

	private constructor(people: Person[]) {
		this.#people = people;
		this.#ids = people.map(({ id }) => id);
	}

	/** @param urls of nodes, to which the people go by turns */
	static async open(urls: readonly string[]): Promise<Circle> {
		const people = TRANSPORTS.map((transport, index): Person => {
			const options = { forceNew: true, transports: [transport], reconnection: false, ackTimeout: PATIENCE_MS };
			return io(`${urls[index % urls.length]}/chat`, options);
		});
		await Promise.all(people.map((person) => nextEvent(person, 'session:ready')));
		for (const person of people) await person.emitWithAck('room:join', { room: ROOM });
		return new Circle(people);
	}

	/** One of them speaks, is acknowledged, and is heard by all, the speaker too, on the connections they began with. */
	async chat(): Promise<void> {
		const speaker = this.#people[(this.#spoken += 1) % this.#people.length];
		if (speaker === undefined) throw new RangeError('nobody is there');
		const id = randomUUID();
		const heard = this.#people.map((person) => hears(person, id));
		await Promise.all([...heard, say(speaker, id)]);
		expect(this.#people.map((person) => person.id)).toEqual(this.#ids);
	}

	close(): void {
		for (const person of this.#people) person.disconnect();
	}
}

/** Says something, as soon as the rates allow it. */
async function say(person: Person, id: string): Promise<void> {
	const reply = await person.emitWithAck('message:send', { room: ROOM, id, text: '안녕하세요' });
	if (reply.ok) return;
	const { code, retryAfterMs = 0 } = reply.error;
	if (code !== 'rate_limited') throw new Error(`an honest message was refused with ${code}`);
	await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
	await say(person, id);
}

async function hears(person: Person, id: string): Promise<void> {
	let hear: (news: { messages: Message[] }) => void = () => undefined;
	let lose: (reason: string) => void = () => undefined;
	let timer: NodeJS.Timeout | undefined;
	const heard = new Promise<void>((resolve, reject) => {
		hear = ({ messages }) => {
			if (messages.some((message) => message.id === id)) resolve();
		};
		lose = (reason) => reject(new Error(`an honest client lost its connection: ${reason}`));
		timer = setTimeout(() => reject(new Error('an honest client did not hear a message')), PATIENCE_MS);
		person.on('message:new', hear).on('disconnect', lose);
	});
	try {
		if (!person.connected) throw new Error('an honest client has lost its connection');
		await heard;
	} finally {
		clearTimeout(timer);
		person.off('message:new', hear).off('disconnect', lose);
	}
}
