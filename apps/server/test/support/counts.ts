import { parseArgs } from 'node:util';

/**
 * Reads the options of a program, each of them a whole number.
 * @param usual the default of each option
 */
export function readCounts<Name extends string>(usual: Record<Name, number>): Record<Name, number> {
	const options = Object.keys(usual).map((name) => [name, { type: 'string' as const }]);
	const { values } = parseArgs({
		// pnpm passes on the `--` that separates its own options.
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
		// `parseArgs` accepts no other options.
		counts[name as Name] = count;
	}
	return counts;
}
