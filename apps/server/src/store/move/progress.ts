import { ProgressBar } from '../../ProgressBar.ts';

/** The interval of lines outside a terminal. */
const LINE_MS = 5_000;

/** Shows the progress of a step on standard error. */
export interface Progress {
	/** @param done the part of the total that is already done */
	begin: (step: string, total: number, done?: number) => void;
	advance: (count: number) => void;
	end: () => void;
}

/** A bar on a terminal; otherwise a line every few seconds and at the end of a step. */
export function createProgress(): Progress {
	return process.stderr.isTTY ? createBar() : createLines();
}

function createBar(): Progress {
	const bar = new ProgressBar();
	let step = '';
	let total = 0;
	let done = 0;
	return {
		begin(...args) {
			[step, total, done = 0] = args;
			bar.draw(done, total, step);
		},
		advance(count) {
			done += count;
			bar.draw(done, total, step);
		},
		end: () => bar.clear()
	};
}

function createLines(): Progress {
	let step = '';
	let total = 0;
	let done = 0;
	let printedAt = 0;
	function print(): void {
		printedAt = performance.now();
		console.error(`${step}: ${done} of ${total}`);
	}
	return {
		begin(...args) {
			[step, total, done = 0] = args;
			printedAt = performance.now();
		},
		advance(count) {
			done += count;
			if (performance.now() - printedAt > LINE_MS) print();
		},
		end: print
	};
}
