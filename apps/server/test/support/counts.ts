import { parseArgs } from 'node:util';

/**
 * Reads the options of a program that plays until it has had enough, each of them a whole number.
 * @param usual what each is when it is not given
 */
export function readCounts<Name extends string>(usual: Record<Name, number>): Record<Name, number> {
	const options = Object.keys(usual).map((name) => [name, { type: 'string' as const }]);
	const { values } = parseArgs({
		// pnpm hands on a `--` that separates its own options from ours.
		args: process.argv.slice(2).filter((argument) => argument !== '--'),
		options: Object.fromEntries(options) as Record<string, { type: 'string' }>
	});
	const counts = { ...usual };
	for (const [name, value] of Object.entries(values)) {
		const count = Number(value);
		if (!Number.isSafeInteger(count) || count < 0) {
			console.error(`--${name} is ${String(value)}: expected a whole number`);
			process.exit(1);
		}
		// No other options are taken.
		counts[name as Name] = count;
	}
	return counts;
}
