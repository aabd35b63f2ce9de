import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EnvironmentError, parseEnvironment } from '../environment.ts';
import { databaseFile } from '../store/open-store.ts';
import { StoreRefusal } from '../store/store.ts';

/**
 * Runs a command that does something with the database and one file, and prints the line that it answers with. When it
 * is refused, prints why in one line and lets the process end with exit code 1.
 */
export function runCommand(name: string, run: (database: string, file: string) => string): void {
	try {
		const { DATABASE_URL } = parseEnvironment(process.env);
		console.log(run(databaseFile(DATABASE_URL), givenFile(name)));
	} catch (error) {
		if (!(error instanceof StoreRefusal || error instanceof EnvironmentError)) throw error;
		console.error(error.message);
		process.exitCode = 1;
	}
}

function givenFile(name: string): string {
	const [file, ...others] = positionals();
	if (!file || others.length > 0) {
		throw new StoreRefusal(`${name} takes the name of one file: pnpm --filter @digda/server ${name} <file>`);
	}
	// pnpm runs a script in the directory of its package, and says where it was typed.
	return resolve(process.env['INIT_CWD'] ?? '', file);
}

/** The arguments; none when there is an option among them, for there are no options. */
function positionals(): string[] {
	try {
		return parseArgs({ allowPositionals: true }).positionals;
	} catch {
		return [];
	}
}
