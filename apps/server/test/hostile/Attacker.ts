import { enterChat, enterEcho } from '@digda/testkit/raw/chat.ts';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { PollingLine } from '@digda/testkit/raw/PollingLine.ts';
import { WebSocketLine, type WebSocketOptions } from '@digda/testkit/raw/WebSocketLine.ts';

/** The state of a connection after an attack. */
export interface Fate {
	/** Whether the server still serves it. */
	line: 'open' | 'closed';
	/** The code with which the server closed the WebSocket. */
	code?: number | undefined;
}

let attackers = 0;

/**
 * An unused address of this machine, so that no attack is rejected for the rates of another one. Systems other than
 * Linux have a single address.
 */
function ownAddress(): string | undefined {
	attackers += 1;
	return process.platform === 'linux' ? `127.1.${(attackers >> 8) & 0xff}.${attackers & 0xff}` : undefined;
}

/** An attacker, which closes all its connections at the end. */
export class Attacker {
	readonly port: number;
	readonly address: string | undefined;
	/** The tokens of the guests that it has made. */
	readonly tokens: string[] = [];
	readonly #disposers: (() => unknown)[] = [];
	#questions = 0;

	/** @param address of this machine, by which the server counts it; an unused one by default */
	constructor(port: number, address = ownAddress()) {
		this.port = port;
		this.address = address;
	}

	/** A TCP connection that has sent nothing yet. */
	async line(): Promise<Line> {
		const line = await Line.open(this.port, this.address);
		this.#disposers.push(() => line.close());
		return line;
	}

	/** A WebSocket that has sent nothing yet, or the rejection of one. */
	async webSocket(options: WebSocketOptions = {}): Promise<WebSocketLine> {
		const socket = await WebSocketLine.open(this.port, { localAddress: this.address, ...options });
		this.#disposers.push(() => socket.close());
		return socket;
	}

	/** A connection over polling that has sent nothing yet. */
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
		if (!session) throw new Error('the server has rejected the guest');
		if (session.token !== undefined) this.tokens.push(session.token);
		return socket;
	}

	/** Asks the echo and waits for its answer or the end of the connection. The server has read all earlier packets by then. */
	async fate(socket: WebSocketLine): Promise<Fate> {
		const question = `question ${(this.#questions += 1)}`;
		socket.send(eventPacket('', ['eventFromClient', question]));
		const answer = await socket.untilHeard(`42["eventFromServer","서버입니다: ${question}"]`);
		return answer === undefined ? { line: 'closed', code: socket.closeCode } : { line: 'open' };
	}

	/** Closes all connections. */
	async leave(): Promise<void> {
		await Promise.all(this.#disposers.map(async (dispose) => await dispose()));
	}
}
