import { LineLost } from './requests.ts';

/** Tells what was asked in the present turn (a connection, a visit to a room) from what was asked before it. */
export class Turn {
	#current = Symbol();

	/** Ends the turn; answers to what was asked in it come too late. */
	renew(): void {
		this.#current = Symbol();
	}

	/** @returns whether the present turn still lasts */
	begin(): () => boolean {
		const turn = this.#current;
		return () => turn === this.#current;
	}

	/** Waits for an answer. @throws {LineLost} when the turn ended meanwhile, whatever came of it */
	async wait<Answer>(answer: Promise<Answer>): Promise<Answer> {
		const lasts = this.begin();
		try {
			return await answer;
		} finally {
			mustLast(lasts());
		}
	}
}

function mustLast(lasts: boolean): void {
	if (!lasts) throw new LineLost('the answer came too late');
}
