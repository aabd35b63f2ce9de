import { TurnWriter } from './TurnWriter.ts';

/** What lines are written to. */
interface Output {
	write: (lines: string) => unknown;
}

/**
 * Writes the lines of a turn of the event loop at its end, in one write; what is left when the process ends by itself then.
 * A write for each line would cost more than what the line is about.
 */
export class GatheredOutput {
	readonly #output: Output;
	readonly #turn = new TurnWriter();
	#lines = '';

	constructor(output: Output) {
		this.#output = output;
		process.once('exit', () => this.writeGathered());
	}

	/** Adds a line, with its end. */
	write(line: string): void {
		if (this.#lines === '') this.#turn.add(this);
		this.#lines += line;
	}

	writeGathered(): void {
		if (this.#lines === '') return;
		this.#output.write(this.#lines);
		this.#lines = '';
	}
}
