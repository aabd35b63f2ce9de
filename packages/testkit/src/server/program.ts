/** The server program, with options for tests alone: see `program-options.ts`. */
import { run } from '@digda/server/run.ts';
import { readProgramOptions } from './program-options.ts';

await run(readProgramOptions(process.env));
