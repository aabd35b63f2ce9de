import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A named pipe whose reader reads only on call. It is removed when the test ends. */
export class Fifo {
	readonly path: string;
	#reader: number;

	constructor() {
		const directory = mkdtempSync(join(tmpdir(), 'digda-'));
		this.path = join(directory, 'fifo');
		const { error, status } = spawnSync('mkfifo', [this.path]);
		if (status !== 0) throw error ?? new Error(`mkfifo ended with ${status}`);
		this.#reader = this.#open();
		onTestFinished(() => {
			this.leave();
			rmSync(directory, { recursive: true });
		});
	}

	/** Opens the writing end as a shell does. */
	openWriter(): number {
		return openSync(this.path, 'w');
	}

	/** Reads the present content of the pipe. */
	read(): string {
		const chunk = Buffer.alloc(64 * 1024);
		const chunks: Buffer[] = [];
		try {
			for (;;) {
				const count = readSync(this.#reader, chunk);
				if (count === 0) break;
				chunks.push(Buffer.from(chunk.subarray(0, count)));
			}
		} catch (error) {
			// The pipe is empty.
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
		}
		return Buffer.concat(chunks).toString();
	}

	/** Closes the reading end. */
	leave(): void {
		if (this.#reader >= 0) closeSync(this.#reader);
		this.#reader = -1;
	}

	/** Opens the reading end again. */
	comeBack(): void {
		this.#reader = this.#open();
	}

	#open(): number {
		return openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
	}
}
