import type { Reply, RequestData, RequestName, RequestPayload } from '@digda/protocol';
import { enterChat } from './chat.ts';
import { eventPacket } from './packets.ts';
import { WebSocketLine } from './WebSocketLine.ts';

/** A request without an answer yet. */
interface Question {
	/** The beginning of its answer. */
	start: string;
	resolve: (answer: string) => void;
	reject: (error: Error) => void;
}

/** A raw connection in the chat that sends one request at a time, and drops every packet but its answer. */
export class RawChat {
	readonly socket: WebSocketLine;
	/** The token of its session, new or given. */
	readonly token: string;
	#asked = 0;
	#question: Question | undefined;

	private constructor(socket: WebSocketLine, token: string) {
		this.socket = socket;
		this.token = token;
		socket.listen((payload) => this.#hear(payload));
		socket.onClose(() => this.#question?.reject(new Error(`the connection ended before ${this.#question.start}`)));
	}

	/**
	 * Opens a connection and waits until requests may begin.
	 * @param token of an earlier connection, to come back
	 * @throws when the server rejects the connection or the session
	 */
	static async open(port: number, token?: string): Promise<RawChat> {
		const socket = await WebSocketLine.openAccepted(port);
		const session = await enterChat(socket, { token });
		const own = session && (session.token ?? token);
		if (own === undefined) throw new Error('the server announced no session with a token');
		return new RawChat(socket, own);
	}

	/** Sends a request. @returns the acknowledgement as it came @throws when the connection ends instead */
	async request<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<string> {
		const id = (this.#asked += 1);
		return await new Promise((resolve, reject) => {
			this.#question = { start: `43/chat,${id}[`, resolve, reject };
			this.socket.send(eventPacket('/chat', [name, payload], id));
		});
	}

	/** Sends a request. @returns the data of its reply @throws when it is rejected */
	async ask<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<RequestData<Name>> {
		const answer = await this.request(name, payload);
		// An acknowledgement holds exactly one reply.
		const [reply] = JSON.parse(answer.slice(answer.indexOf('['))) as [Reply<RequestData<Name>>];
		if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`);
		return reply.data;
	}

	close(): void {
		this.socket.close();
	}

	#hear(payload: Buffer): void {
		if (!this.#question) return;
		const text = payload.toString();
		if (!text.startsWith(this.#question.start)) return;
		const { resolve } = this.#question;
		this.#question = undefined;
		resolve(text);
	}
}
