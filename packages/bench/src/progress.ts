import { SingleBar } from 'cli-progress';

/** Shows on the standard error how far a run is. */
export interface Progress {
	/** The next step begins. */
	begin: (step: string) => void;
	end: () => void;
}

/** A bar where somebody watches, otherwise a line for each step. */
export function createProgress(total: number): Progress {
	return process.stderr.isTTY ? createBar(total) : createLines(total);
}

function createBar(total: number): Progress {
	const bar = new SingleBar({
		format: '{bar} {value}/{total} {step}',
		...{ barsize: 24, barCompleteChar: '█', barIncompleteChar: '░' },
		...{ hideCursor: true, clearOnComplete: true, linewrap: true }
	});
	let begun = 0;
	bar.start(total, 0, { step: '' });
	return {
		begin(step) {
			bar.update(begun, { step });
			begun += 1;
		},
		end: () => bar.stop()
	};
}

function createLines(total: number): Progress {
	let begun = 0;
	return {
		begin: (step) => console.error(`${(begun += 1)}/${total} ${step}`),
		end: () => undefined
	};
}
