/** `pnpm bench`: measures the server beside others, and compares the results with the targets. */
import { explainFileLimit } from './file-limit.ts';
import { OptionsError, parseOptions, type Options } from './options.ts';
import { planOf } from './plan.ts';
import { createProgress } from './progress.ts';
import { farOffEachTime, type Outcome } from './results/judge.ts';
import { createReport, type Report } from './results/report.ts';
import { formatRows, formatTargets } from './results/table.ts';
import { writeReport } from './results/write.ts';
import { bareWs, blog, digda, findBun } from './rivals.ts';
import { countSteps, run } from './run.ts';
import { FULL, QUICK } from './scale.ts';

const { quick, rounds, only, out, check } = readOptions();
const usual = quick ? QUICK : FULL;
const scale = { ...usual, rounds: rounds ?? usual.rounds };
const rivals = quick ? [blog, digda] : [blog, digda, bareWs, findBun()].filter((rival) => rival !== undefined);
const all = planOf(scale, rivals);
const plan = all.filter(({ name }) => name.includes(only));
if (plan.length === 0)
	reject(`--only is ${JSON.stringify(only)}: expected a part of ${all.map(({ name }) => name).join('; ')}`);
const tooFewFiles = explainFileLimit(Math.max(...plan.map(({ connections }) => connections)));
if (tooFewFiles) reject(tooFewFiles);

// The exit of the process ends its children and removes their directories.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const report = await measure();
console.log(writeReport(report, out).join('\n'));

const off = check ? await farOffEachTime(report.targets, measureAgain) : [];
if (off.length > 0) {
	console.error(`off by more than noise, each time:\n${formatTargets(off)}`);
	process.exitCode = 1;
}

async function measure(): Promise<Report> {
	const progress = createProgress(countSteps(plan, scale.rounds));
	const findings = await run(plan, scale.rounds, progress).finally(() => progress.end());
	const report = createReport(findings, scale, rivals);
	console.log(`${formatRows(report.rows)}\n\n${formatTargets(report.targets)}\n`);
	return report;
}

async function measureAgain(off: readonly Outcome[]): Promise<readonly Outcome[]> {
	console.error(`off by more than noise, so it is measured again:\n${formatTargets(off)}`);
	return (await measure()).targets;
}

function readOptions(): Options {
	try {
		return parseOptions(process.argv.slice(2));
	} catch (error) {
		if (error instanceof OptionsError) reject(error.message);
		throw error;
	}
}

/** Reports why the run does not begin. */
function reject(reason: string): never {
	console.error(reason);
	process.exit(1);
}
