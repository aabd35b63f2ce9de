import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A directory on the disk of the program: the temporary directory of the system may be in memory. */
const DATA = fileURLToPath(new URL('../.data/', import.meta.url));

/** The default directory of results. */
export const DEFAULT_RESULTS = join(DATA, 'results');

let run: string | undefined;

/** Makes a directory for the data and the log of one server. It is removed when this process ends. */
export function makeDirectory(): string {
	run ??= makeRunDirectory();
	return mkdtempSync(join(run, 'server-'));
}

function makeRunDirectory(): string {
	mkdirSync(DATA, { recursive: true });
	const directory = mkdtempSync(join(DATA, 'run-'));
	// A server may still write for a moment after the end of this process.
	process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
	return directory;
}
