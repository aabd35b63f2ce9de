import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** A script as large as the largest of the real page, and as hard to compress. */
export const SCRIPT = '/_app/immutable/app.abc.js';
const SCRIPT_BYTES = 100_000;

/** A page folder with the files of a build. */
export interface TemporaryPage {
	directory: string;
	/** Writes or overwrites a file and its compressed forms. */
	write: (path: string, text: string) => void;
	remove: () => void;
}

/** Makes a small page in a folder of its own. */
export function temporaryPage(): TemporaryPage {
	const directory = mkdtempSync(join(tmpdir(), 'digda-page-'));
	const write = (path: string, text: string) => {
		const file = join(directory, path);
		mkdirSync(join(file, '..'), { recursive: true });
		writeFileSync(file, text);
		writeFileSync(`${file}.br`, brotliCompressSync(text));
		writeFileSync(`${file}.gz`, gzipSync(text));
	};
	write('/index.html', '<h1>digda</h1>');
	write('/200.html', '<h1>room</h1>');
	write('/_app/version.json', '{"version":"1"}');
	write(SCRIPT, `export default '${randomBytes((SCRIPT_BYTES * 3) / 4).toString('base64')}'`);
	return { directory, write, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
