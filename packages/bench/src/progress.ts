import { ProgressBar } from '@digda/server/ProgressBar.ts';

/** Shows the progress of a run on the standard error. */
export interface Progress {
	/** The next step begins. */
	begin: (step: string) => void;
	end: () => void;
}

/** A bar on a terminal, otherwise a line for each step. */
export function createProgress(total: number): Progress {
	return process.stderr.isTTY ? createBar(total) : createLines(total);
}

function createBar(total: number): Progress {
	const bar = new ProgressBar();
	let begun = 0;
	return {
		begin(step) {
			bar.draw(begun, total, step);
			begun += 1;
		},
		end: () => bar.clear()
	};
}

function createLines(total: number): Progress {
	let begun = 0;
	return {
		begin: (step) => console.error(`${(begun += 1)}/${total} ${step}`),
		end: () => undefined
	};
}
