import { parseArgs } from 'node:util';
import { DEFAULT_RESULTS } from './directory.ts';

export interface Options {
	/** Whether to use the short scale. */
	quick: boolean;
	/** The number of rounds, if not the usual one. */
	rounds: number | undefined;
	/** Only workloads with this in their name. */
	only: string;
	/** The directory of the results. */
	out: string;
	/** Whether a ratio far off its target is a failure. */
	check: boolean;
}

/** An error in the options, explained in one line. */
export class OptionsError extends Error {}

/** @throws {OptionsError} on anything that is not an option */
export function parseOptions(args: string[]): Options {
	const { quick, rounds, only, out, check } = parse(args);
	if (rounds !== undefined && !/^[1-9]\d{0,2}$/.test(rounds)) {
		throw new OptionsError(`--rounds is ${JSON.stringify(rounds)}: expected a whole number from 1 to 999`);
	}
	return { quick, rounds: rounds === undefined ? undefined : Number(rounds), only, out, check };
}

function parse(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				quick: { type: 'boolean', default: false },
				rounds: { type: 'string' },
				only: { type: 'string', default: '' },
				out: { type: 'string', default: DEFAULT_RESULTS },
				check: { type: 'boolean', default: false }
			}
		}).values;
	} catch (error) {
		throw new OptionsError(error instanceof Error ? error.message : String(error));
	}
}
