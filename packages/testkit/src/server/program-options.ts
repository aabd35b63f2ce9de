import { fileURLToPath } from 'node:url';
import type { RunOptions } from '@digda/server/run.ts';

/** The program that takes these options. */
export const PROGRAM = fileURLToPath(new URL('./program.ts', import.meta.url));

const VARIABLE = 'TEST_OPTIONS';

/** The environment variable that carries options to the program. */
export function programOptions(options: RunOptions): Record<string, string> {
	return { [VARIABLE]: JSON.stringify(options) };
}

/** The options in the environment, or none. */
export function readProgramOptions(environment: NodeJS.ProcessEnv): RunOptions {
	// `programOptions` has written the value.
	return JSON.parse(environment[VARIABLE] ?? '{}') as RunOptions;
}
