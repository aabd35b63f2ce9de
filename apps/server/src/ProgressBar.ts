import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';

const CELLS = 24;

/** A progress bar in the last line of a terminal, redrawn in place until it is cleared. */
export class ProgressBar {
	readonly #output: WriteStream;

	constructor(output: WriteStream = process.stderr) {
		this.#output = output;
	}

	/** Draws the progress with a label behind it, cut to the width of the terminal. */
	draw(done: number, total: number, label: string): void {
		const filled = total > 0 ? Math.round((CELLS * Math.min(done, total)) / total) : CELLS;
		const bar = '█'.repeat(filled).padEnd(CELLS, '░');
		this.clear();
		// A terminal of unknown width reports 0.
		this.#output.write(`${bar} ${done}/${total} ${label}`.slice(0, (this.#output.columns || 80) - 1));
	}

	clear(): void {
		cursorTo(this.#output, 0);
		clearLine(this.#output, 0);
	}
}
