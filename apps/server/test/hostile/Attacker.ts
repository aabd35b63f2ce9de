import { enterChat, enterEcho } from '@digda/testkit/raw/chat.ts';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { PollingLine } from '@digda/testkit/raw/PollingLine.ts';
import { WebSocketLine, type WebSocketOptions } from '@digda/testkit/raw/WebSocketLine.ts';

/** What is left of a connection that has attacked. */
export interface Fate {
	/** Whether the server still serves it. */
	line: 'open' | 'closed';
	/** With which the server said goodbye over a WebSocket. */
	code?: number | undefined;
}

let attackers = 0;

/**
 * An address of this machine that nobody else has, so that no attack is rejected for another one's rates. Systems
 * other than Linux have one alone.
 */
function ownAddress(): string | undefined {
	attackers += 1;
	return process.platform === 'linux' ? `127.1.${(attackers >> 8) & 0xff}.${attackers & 0xff}` : undefined;
}

/** Somebody with bad intentions; ends all that was begun. */
export class Attacker {
	readonly port: number;
	readonly address: string | undefined;
	/** Those of the guests that it has made. */
	readonly tokens: string[] = [];
	readonly #disposers: (() => unknown)[] = [];
	#questions = 0;

	/** @param address of this machine, by which the server counts it; its own unless told otherwise */
	constructor(port: number, address = ownAddress()) {
		this.port = port;
		this.address = address;
	}

	/** A connection that has said nothing. */
	async line(): Promise<Line> {
		const line = await Line.open(this.port, this.address);
		this.#disposers.push(() => line.close());
		return line;
	}

	/** A WebSocket that has said nothing yet, or the rejection of one. */
	async webSocket(options: WebSocketOptions = {}): Promise<WebSocketLine> {
		const socket = await WebSocketLine.open(this.port, { localAddress: this.address, ...options });
		this.#disposers.push(() => socket.close());
		return socket;
	}

	/** A connection over polling that has said nothing yet. */
	async polling(): Promise<PollingLine> {
		const polling = await PollingLine.open(this.port, this.address);
		this.#disposers.push(() => polling.close());
		return polling;
	}

	/** A WebSocket that is in the echo. */
	async inEcho(): Promise<WebSocketLine> {
		const socket = await this.webSocket();
		await enterEcho(socket);
		return socket;
	}

	/** A WebSocket that is in the echo and, as a guest, in the chat, ready for requests. */
	async inChat(auth: object = {}): Promise<WebSocketLine> {
		const socket = await this.inEcho();
		const session = await enterChat(socket, auth);
		if (!session) throw new Error('not let in');
		if (session.token !== undefined) this.tokens.push(session.token);
		return socket;
	}

	/** Asks the echo and waits for the answer or for the end of the line: all that was said before was read by then. */
	async fate(socket: WebSocketLine): Promise<Fate> {
		const question = `question ${(this.#questions += 1)}`;
		socket.send(eventPacket('', ['eventFromClient', question]));
		const answer = await socket.untilHeard(`42["eventFromServer","서버입니다: ${question}"]`);
		return answer === undefined ? { line: 'closed', code: socket.closeCode } : { line: 'open' };
	}

	/** Goes away, from everywhere. */
	async leave(): Promise<void> {
		await Promise.all(this.#disposers.map(async (dispose) => await dispose()));
	}
}
