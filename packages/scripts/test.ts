/**
 * Runs the tests of one depth (`--depth fast`, `deep` or `all`), part after part. It prints the duration of each part, the
 * parts that were left out, the failures and one line of totals. A part whose engine is missing is left out, but fails in
 * CI. With `--counts <file>` the totals are over all runs with that file.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { failure, lastLine, NOTHING, sum, type Outcome } from './suites/Outcome.ts';
import { DEPTHS, missing, partsOf, type Depth, type Part } from './suites/parts.ts';

const { values } = parseArgs({
	// pnpm passes on the `--` that separates its own options.
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: { depth: { type: 'string', default: 'fast' }, counts: { type: 'string' } }
});

function readDepth(name: string): Depth {
	const depth = DEPTHS.find((each) => each === name);
	if (depth !== undefined) return depth;
	console.error(`--depth is "${name}": expected one of ${DEPTHS.join(', ')}`);
	process.exit(1);
}

const duration = (ms: number) => `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;

const report: string[] = [];

function play({ name, run, lacks }: Part): Outcome {
	if (lacks !== undefined) {
		report.push(`        left out  ${name}, for want of ${lacks}`);
		return process.env['CI'] ? failure(`${name}: CI needs ${lacks}`) : NOTHING;
	}
	console.log(`\n▶ ${name}`);
	const start = performance.now();
	const outcome = run();
	report.push(`${duration(performance.now() - start).padStart(16)}  ${name}: ${lastLine(outcome)}`);
	return outcome;
}

const start = performance.now();
const [page, ...tests] = partsOf(readDepth(values.depth));
const built = play(page);
const outcomes = [built, ...(built.failed > 0 ? [] : tests.map(play))];
if (values.counts !== undefined) {
	// An earlier run has written the file.
	if (existsSync(values.counts)) outcomes.unshift(JSON.parse(readFileSync(values.counts, 'utf8')) as Outcome);
	writeFileSync(values.counts, JSON.stringify(sum(outcomes)));
}

const total = sum(outcomes);
console.log(`\n${report.join('\n')}\n${duration(performance.now() - start).padStart(16)}  in all`);
for (const line of missing()) console.log(line);
if (total.skipped > 0)
	console.log(`${total.skipped} skipped: not for this machine, or not for this way to run the servers`);
for (const each of total.failures) console.log(`\n✗ ${each}`);
console.log(lastLine(total));
process.exitCode = total.failed > 0 ? 1 : 0;
