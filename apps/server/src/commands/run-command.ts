import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EnvironmentError, parseEnvironment } from '../environment.ts';
import { databaseFile } from '../store/open-store.ts';
import { StoreRejection } from '../store/store.ts';

/** Runs a command that does something with the database and one file, and prints the line that it answers with. */
export function runCommand(name: string, run: (database: string, file: string) => string): void {
	void answer(() => {
		const { DATABASE_URL } = parseEnvironment(process.env);
		return run(databaseFile(DATABASE_URL), givenFile(name));
	});
}

/**
 * Prints the line that a command answers with. When it is rejected, prints why in one line and lets the process end with
 * exit code 1.
 */
export async function answer(run: () => string | Promise<string>): Promise<void> {
	try {
		console.log(await run());
	} catch (error) {
		if (!(error instanceof StoreRejection || error instanceof EnvironmentError)) throw error;
		console.error(error.message);
		process.exitCode = 1;
	}
}

/** pnpm runs a script in the directory of its package, and says where it was typed. */
export function typedAt(path: string): string {
	return resolve(process.env['INIT_CWD'] ?? '', path);
}

function givenFile(name: string): string {
	const [file, ...others] = positionals();
	if (!file || others.length > 0) {
		throw new StoreRejection(`${name} takes the name of one file: pnpm --filter @digda/server ${name} <file>`);
	}
	return typedAt(file);
}

/** The arguments; none when there is an option among them, for there are no options. */
function positionals(): string[] {
	try {
		return parseArgs({ allowPositionals: true }).positionals;
	} catch {
		return [];
	}
}
