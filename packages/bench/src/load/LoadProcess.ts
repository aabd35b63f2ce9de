import { fork, type ChildProcess } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Word } from './task.ts';
import type { JobOf, ResultOf, TaskName } from './tasks.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** A process that runs one task against a server, in steps. */
export class LoadProcess<Name extends TaskName> {
	readonly #name: Name;
	readonly #child: ChildProcess = fork(MAIN, { execArgv: [] });
	/** Buffers messages of the process. */
	readonly #words = on(this.#child, 'message', { close: ['disconnect'] });

	/** Starts the process; the job may be known later. */
	constructor(name: Name) {
		this.#name = name;
	}

	begin(job: JobOf<Name>): void {
		this.#child.send({ name: this.#name, job });
	}

	/** Waits for the next step of the task, which goes on after `goOn`. @throws when the process ends instead */
	async reached(step: string): Promise<void> {
		const word = await this.#hear();
		if (!('reached' in word) || word.reached !== step) throw new Error(`a load did not come to ${step}`);
	}

	goOn(): void {
		this.#child.send('go on');
	}

	/** Waits for the result. @throws when the process ends instead */
	async ended(): Promise<ResultOf<Name>> {
		const word = await this.#hear();
		if (!('ended' in word)) throw new Error(`a load came to ${word.reached} and not to its end`);
		// The process runs the task of this name.
		return word.ended as ResultOf<Name>;
	}

	stop(): void {
		this.#child.kill('SIGKILL');
	}

	async #hear(): Promise<Word> {
		// `on` yields the arguments of each event.
		const { value, done } = (await this.#words.next()) as IteratorResult<[Word], undefined>;
		if (done) throw new Error(`the process of a load (${this.#name}) ended early`);
		return value[0];
	}
}
