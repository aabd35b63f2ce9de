import { kindOf, type RequestKind } from '@digda/protocol';
import { Gate } from './Gate.ts';
import type { Line } from './line.ts';
import { LineLost, type Ask } from './requests.ts';
import type { Schedule } from './timing.ts';

/** The connection of the moment: nothing is asked without one, and what an earlier one answers is dropped. */
export class Connection {
	readonly #line: Line;
	readonly #createGate: () => Gate;
	/** One for each kind; without a connection there is none. */
	#gates: Record<RequestKind, Gate> | undefined;

	constructor(line: Line, schedule: Schedule, random: () => number) {
		this.#line = line;
		this.#createGate = () => new Gate(schedule, random);
	}

	/** Whether requests can be made: from `session:ready` to the loss of the connection. */
	get isReady(): boolean {
		return this.#gates !== undefined;
	}

	begin(): void {
		this.#gates = { send: this.#createGate(), react: this.#createGate(), ask: this.#createGate() };
	}

	lose(): void {
		for (const gate of Object.values(this.#gates ?? {})) gate.close();
		this.#gates = undefined;
	}

	readonly ask: Ask = async (name, payload, isWanted = () => true) => {
		if (!this.#gates) throw new LineLost('not connected');
		return await this.#gates[kindOf(name)].pass(async () => {
			if (!isWanted()) throw new LineLost('nobody waits for it any more');
			return await this.#line.request(name, payload);
		});
	};

	/** Says that somebody types, unless the server is not to be bothered. */
	readonly setTyping: Line['setTyping'] = (payload) => {
		if (this.#gates?.ask.isOpen) this.#line.setTyping(payload);
	};
}
