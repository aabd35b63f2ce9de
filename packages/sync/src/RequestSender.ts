import { kindOf, type RequestKind } from '@digda/protocol';
import type { ChatSocket } from './ChatSocket.ts';
import { Gate } from './Gate.ts';
import { ConnectionLost, type Ask } from './requests.ts';
import type { Schedule } from './timing.ts';

/** Sends the requests of the current connection, and drops replies of earlier connections. */
export class RequestSender {
	readonly #socket: ChatSocket;
	readonly #createGate: () => Gate;
	/** A gate for each kind of request; undefined without a connection. */
	#gates: Record<RequestKind, Gate> | undefined;

	constructor(socket: ChatSocket, schedule: Schedule, random: () => number) {
		this.#socket = socket;
		this.#createGate = () => new Gate(schedule, random);
	}

	/** Tells whether requests can be sent: from `session:ready` until the connection ends. */
	get isReady(): boolean {
		return this.#gates !== undefined;
	}

	open(): void {
		this.#gates = { send: this.#createGate(), react: this.#createGate(), ask: this.#createGate() };
	}

	close(): void {
		for (const gate of Object.values(this.#gates ?? {})) gate.close();
		this.#gates = undefined;
	}

	readonly ask: Ask = async (name, payload, signal) => {
		if (!this.#gates) throw new ConnectionLost('not connected');
		return await this.#gates[kindOf(name)].pass(async () => {
			if (signal?.aborted) throw new ConnectionLost('the request was aborted');
			return await this.#socket.request(name, payload);
		});
	};

	/** Sends a typing notice, unless the server has asked the client to wait. */
	readonly setTyping: ChatSocket['setTyping'] = (payload) => {
		if (this.#gates?.ask.isOpen) this.#socket.setTyping(payload);
	};
}
