import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the program, as the system's temporary directory may be kept in memory, where a write costs nothing. */
const DATA = fileURLToPath(new URL('../.data/', import.meta.url));

/** Where results go unless it is said otherwise. */
export const DEFAULT_RESULTS = join(DATA, 'results');

let run: string | undefined;

/** Makes a directory for the data and the log of one server. What is left of it is gone when this process ends. */
export function makeDirectory(): string {
	run ??= makeRunDirectory();
	return mkdtempSync(join(run, 'server-'));
}

function makeRunDirectory(): string {
	mkdirSync(DATA, { recursive: true });
	const directory = mkdtempSync(join(DATA, 'run-'));
	// A server that has lost this process may write for another moment.
	process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
	return directory;
}
