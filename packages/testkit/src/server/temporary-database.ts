import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A path for a database in a new folder. */
export function temporaryDatabase() {
	const directory = mkdtempSync(join(tmpdir(), 'digda-'));
	const file = join(directory, 'digda.sqlite');
	return {
		file,
		url: `sqlite:${file}`,
		// A thread that is just ending may still write a file there.
		remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
	};
}
