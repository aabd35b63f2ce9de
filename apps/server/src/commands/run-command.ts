import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EnvironmentError, parseEnvironment } from '../environment.ts';
import { databaseFile } from '../store/open-store.ts';
import { StoreRejection } from '../store/store.ts';

/** Runs a command on the database and one file, and prints its result. */
export function runCommand(name: string, run: (database: string, file: string) => string): void {
	void answer(() => {
		const { DATABASE_URL } = parseEnvironment(process.env);
		return run(databaseFile(DATABASE_URL), givenFile(name));
	});
}

/** Prints the result of a command. A rejection prints its reason in one line and sets exit code 1. */
export async function answer(run: () => string | Promise<string>): Promise<void> {
	try {
		console.log(await run());
	} catch (error) {
		if (!(error instanceof StoreRejection || error instanceof EnvironmentError)) throw error;
		console.error(error.message);
		process.exitCode = 1;
	}
}

/**
 * Resolves a path against the directory in which the user typed the command. pnpm changes to the directory of the
 * package.
 */
export function resolveTyped(path: string): string {
	return resolve(process.env['INIT_CWD'] ?? '', path);
}

function givenFile(name: string): string {
	const [file, ...others] = positionals();
	if (!file || others.length > 0) {
		throw new StoreRejection(`${name} needs the name of one file: pnpm --filter @digda/server ${name} <file>`);
	}
	return resolveTyped(file);
}

/** The positional arguments; none if there is an option, because the commands have no options. */
function positionals(): string[] {
	try {
		return parseArgs({ allowPositionals: true }).positionals;
	} catch {
		return [];
	}
}
