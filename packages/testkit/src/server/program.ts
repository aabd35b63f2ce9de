/** The server as a process, as people start it, with options that only tests have: see `program-options.ts`. */
import { run } from '@digda/server/run.ts';
import { readProgramOptions } from './program-options.ts';

await run(readProgramOptions(process.env));
