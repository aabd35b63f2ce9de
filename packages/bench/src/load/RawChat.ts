import { CHAT_NAMESPACE, type Reply, type RequestData, type RequestName, type RequestPayload } from '@digda/protocol';
import type { ClientSocket } from './ClientSocket.ts';
import { openEngine } from './dialects/socket-io.ts';

const READY = `42${CHAT_NAMESPACE},["session:ready",`;

/** A raw connection in the namespace of the chat that asks one thing at a time. */
export class RawChat {
	readonly socket: ClientSocket;
	/** That of its session, also when it came with one. */
	readonly token: string;
	#asked = 0;

	private constructor(socket: ClientSocket, token: string) {
		this.socket = socket;
		this.token = token;
	}

	/** Opens a connection and waits until requests may begin. @param token of an earlier connection, to come back */
	static async open(port: number, token?: string): Promise<RawChat> {
		const socket = await openEngine(port);
		const auth = token === undefined ? '' : JSON.stringify({ token });
		const ready = await socket.ask(`40${CHAT_NAMESPACE},${auth}`, READY);
		const { token: newToken } = JSON.parse(ready.slice(READY.length, -1)) as { token?: string };
		const own = newToken ?? token;
		if (own === undefined) throw new Error('a new session came without a token');
		return new RawChat(socket, own);
	}

	/** Asks, and answers with the acknowledgement as it came. */
	async request<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<string> {
		const id = (this.#asked += 1);
		return await this.socket.ask(
			`42${CHAT_NAMESPACE},${id}${JSON.stringify([name, payload])}`,
			`43${CHAT_NAMESPACE},${id}[`
		);
	}

	/** @throws when it is refused */
	async ask<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<RequestData<Name>> {
		const answer = await this.request(name, payload);
		const [reply] = JSON.parse(answer.slice(answer.indexOf('['))) as [Reply<RequestData<Name>>];
		if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`);
		return reply.data;
	}

	close(): void {
		this.socket.close();
	}
}
