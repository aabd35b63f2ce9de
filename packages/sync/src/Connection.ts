import type { Line } from './line.ts';
import { LineLost, type Ask } from './requests.ts';
import { Turn } from './Turn.ts';

/** The connection of the moment: nothing is asked without one, and what an earlier one answers is dropped. */
export class Connection {
	readonly #line: Line;
	readonly #turn = new Turn();
	#isReady = false;

	constructor(line: Line) {
		this.#line = line;
	}

	/** Whether requests can be made: from `session:ready` to the loss of the connection. */
	get isReady(): boolean {
		return this.#isReady;
	}

	begin(): void {
		this.#turn.renew();
		this.#isReady = true;
	}

	lose(): void {
		this.#turn.renew();
		this.#isReady = false;
	}

	readonly ask: Ask = async (name, payload) => {
		if (!this.#isReady) throw new LineLost('not connected');
		return await this.#turn.wait(this.#line.request(name, payload));
	};
}
