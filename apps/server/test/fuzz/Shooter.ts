import { directRoomOf } from '@digda/protocol';
import { enterChat, enterEcho } from '@digda/testkit/raw/chat.ts';
import { frame, OPCODE } from '@digda/testkit/raw/frames.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import { PollingLine } from '@digda/testkit/raw/PollingLine.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import type { Shots } from './batch.ts';
import { BLOCKER, DIRECT, SENDER } from './generators/requests.ts';

/** The most cases on one connection. */
const MAX_CASES = 75;

/** Sends the cases of a batch to a server, one connection after the other. */
export class Shooter {
	readonly #port: number;
	/** The token that makes it the same guest on each connection. */
	#token: string | undefined;
	#userId = '';
	/** A guest who blocks each sender. */
	#blocker: { id: string; token: string | undefined } | undefined;
	/** The last cases that the server may not have read, for the report of a failure. */
	inFlight: (string | Uint8Array)[] = [];

	constructor(port: number) {
		this.#port = port;
	}

	/** @returns the number of cases that the server has read, by kind */
	async shoot({ requests, packets, frames, bodies, http }: Shots): Promise<Record<keyof Shots, number>> {
		return {
			requests: await this.#tellAll(requests, () => this.#join()),
			packets: await this.#tellAll(packets, () => this.#join()),
			frames: await this.#tellAll(frames, () => WebSocketLine.open(this.#port)),
			bodies: await this.#postAll(bodies),
			http: await this.#askAll(http)
		};
	}

	async #tellAll(cases: readonly (string | Uint8Array)[], open: () => Promise<WebSocketLine>): Promise<number> {
		for (let done = 0; done < cases.length;) {
			const socket = await open();
			const some = cases.slice(done, done + MAX_CASES);
			done += await this.#tell(
				socket,
				some.map((each) => (typeof each === 'string' ? frame(this.#named(each)) : each))
			);
		}
		return cases.length;
	}

	/**
	 * Sends cases on a connection, with a numbered ping after each. The pongs tell which of them the server has read.
	 * @returns the number of read cases, with the one that closed the connection
	 */
	async #tell(socket: WebSocketLine, cases: readonly Uint8Array[]): Promise<number> {
		this.inFlight = [...cases];
		for (const [index, bytes] of cases.entries()) {
			socket.write(bytes, frame(`#${index}`, { opcode: OPCODE.ping }));
		}
		socket.line.end();
		await socket.closed();
		const read = socket.pongs.filter((pong) => pong.startsWith('#')).length;
		this.inFlight = [];
		return Math.min(read + 1, cases.length);
	}

	/** Replaces the placeholders of a case. */
	#named(packet: string): string {
		const { id } = this.#blocker ?? { id: BLOCKER };
		const direct = directRoomOf(this.#userId, id) ?? DIRECT;
		return packet.replaceAll(DIRECT, direct).replaceAll(BLOCKER, id).replaceAll(SENDER, this.#userId);
	}

	/** A connection that is in the echo, in the chat, in a room and in the direct room with the blocker. */
	async #join(): Promise<WebSocketLine> {
		const socket = await WebSocketLine.open(this.#port);
		const token = this.#token;
		await enterEcho(socket);
		const session = await enterChat(socket, { token });
		if (!session) {
			if (token === undefined) throw new Error('a new guest was rejected');
			// A case has rotated the session, or is about to.
			this.#token = undefined;
			socket.close();
			return await this.#join();
		}
		this.#token ??= session.token;
		if (this.#userId !== session.user.id) {
			this.#userId = session.user.id;
			await this.#block(session.user.id);
		}
		socket.send(eventPacket('/chat', ['room:join', { room: 'den' }], 0));
		await socket.untilHeard('43/chat,0[');
		socket.send(eventPacket('/chat', ['room:join', { room: this.#named(DIRECT) }], 1));
		await socket.untilHeard('43/chat,1[{"ok":true');
		return socket;
	}

	/** Lets the blocker, who is in the room, block a person. */
	async #block(userId: string): Promise<void> {
		const socket = await WebSocketLine.open(this.#port);
		const session = await enterChat(socket, { token: this.#blocker?.token });
		if (!session) throw new Error('the blocker was rejected');
		this.#blocker ??= { id: session.user.id, token: session.token };
		socket.send(eventPacket('/chat', ['room:join', { room: 'den' }], 0));
		socket.send(eventPacket('/chat', ['person:block', { userId, isBlocked: true }], 1));
		await socket.untilHeard('43/chat,1[{"ok":true');
		socket.close();
	}

	async #postAll(bodies: readonly string[]): Promise<number> {
		let polling: PollingLine | undefined;
		for (const body of bodies) {
			this.inFlight = [body];
			polling ??= await PollingLine.open(this.#port);
			const { status } = await polling.post(body);
			// The poll fetches the answers, and lets the server close the connection.
			const after = status === 200 ? await this.#fetch(polling) : status;
			if (after !== 200) polling = undefined;
		}
		await polling?.close();
		this.inFlight = [];
		return bodies.length;
	}

	async #fetch(polling: PollingLine): Promise<number> {
		// A join makes sure that a poll has an answer. Where it is an offence, the connection is closed.
		await polling.post(connectPacket());
		const { status, body } = await polling.poll();
		return body === '1' ? 0 : status;
	}

	async #askAll(cases: readonly (string | Uint8Array)[]): Promise<number> {
		for (const bytes of cases) {
			this.inFlight = [bytes];
			const line = await Line.open(this.#port);
			line.write(bytes);
			line.end();
			await line.closed();
		}
		this.inFlight = [];
		return cases.length;
	}
}
