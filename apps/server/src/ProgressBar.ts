import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';

const CELLS = 24;

/** A bar in the last line of a terminal, drawn again in the same place until it is cleared. */
export class ProgressBar {
	readonly #output: WriteStream;

	constructor(output: WriteStream = process.stderr) {
		this.#output = output;
	}

	/** Draws how many of a total are done, with a label behind; what is wider than the terminal is cut off. */
	draw(done: number, total: number, label: string): void {
		const filled = total > 0 ? Math.round((CELLS * Math.min(done, total)) / total) : CELLS;
		const bar = '█'.repeat(filled).padEnd(CELLS, '░');
		this.clear();
		// A terminal that does not know its width says 0.
		this.#output.write(`${bar} ${done}/${total} ${label}`.slice(0, (this.#output.columns || 80) - 1));
	}

	clear(): void {
		cursorTo(this.#output, 0);
		clearLine(this.#output, 0);
	}
}
