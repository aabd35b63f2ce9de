/**
 * Builds the page, runs every suite that this machine can run, and ends with one line over all of them.
 * Without a Chromium the browser tests are left out, and without the servers that stand around a cluster the tests of
 * one, except in CI, where that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findChromium } from '@digda/client/chromium.ts';
import { missingEngines } from '@digda/testkit/engines/engines.ts';

interface Count {
	passed: number;
	failed: number;
	skipped: number;
}

/** What is read of the JSON reports: that of Vitest, in Jest's form, and that of Playwright. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: {
		name: string;
		status: string;
		message: string;
		assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
	}[];
	stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

const root = join(import.meta.dirname, '../..');
/** What failed, in words: the reports of the runners are far up by the end. Playwright says so itself, last. */
const failures: string[] = [];
const reports = mkdtempSync(join(tmpdir(), 'digda-test-'));

function run(args: string[], environment: Record<string, string> = {}): boolean {
	const env = { ...process.env, ...environment };
	return spawnSync('pnpm', args, { cwd: root, stdio: 'inherit', env }).status === 0;
}

/** Reads a report and counts; a run that failed without a failed test (it could not start) counts as one. */
function count(file: string, isGreen: boolean, read: (report: Report) => Count): Count {
	let result: Count = { passed: 0, failed: 0, skipped: 0 };
	try {
		// The runner that was just started has written it.
		result = read(JSON.parse(readFileSync(file, 'utf8')) as Report);
	} catch {
		isGreen = false;
	}
	if (!isGreen && result.failed === 0) {
		result.failed = 1;
		failures.push('A run ended with an error that is no test’s: it is in what the run printed.');
	}
	return result;
}

function runVitest(): Count {
	const file = join(reports, 'vitest.json');
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
	return count(file, run(['exec', 'vitest', 'run', ...reporters]), (report) => {
		failures.push(...report.testResults.filter(({ status }) => status === 'failed').flatMap(explain));
		return {
			passed: report.numPassedTests,
			failed: report.numFailedTests,
			skipped: report.numPendingTests + report.numTodoTests
		};
	});
}

/** What failed in a file: its tests, or the file itself when it could not be run. */
function explain({ name, message, assertionResults }: Report['testResults'][number]): string[] {
	const failed = assertionResults.filter(({ status }) => status === 'failed');
	const file = relative(root, name);
	if (failed.length === 0) return [`${file}: ${message}`];
	return failed.map(({ fullName, failureMessages }) => {
		// Where it failed; not how the runner got there.
		const lines = failureMessages.join('\n').split('\n');
		return [`${file}: ${fullName}`, ...lines.filter((line) => !line.includes('/node_modules/'))].join('\n');
	});
}

/** Says what the tests of a cluster lacked; in CI, one of them has failed for it. */
function nameMissingEngines(): void {
	const missing = missingEngines();
	if (missing.length === 0) return;
	console.log(`No ${missing.join(', no ')} was found, so the tests of a cluster that need it did not run: install it.`);
}

function runPlaywright(): Count {
	const file = join(reports, 'playwright.json');
	const isGreen = run(['--filter', '@digda/client', 'exec', 'playwright', 'test', '--reporter=list,json'], {
		PLAYWRIGHT_JSON_OUTPUT_FILE: file
	});
	return count(file, isGreen, ({ stats: { expected, unexpected, flaky, skipped } }) => ({
		passed: expected,
		failed: unexpected + flaky,
		skipped
	}));
}

function leaveOutBrowser(): Count {
	console.log('No Chromium was found, so the browser tests did not run: install one or set CHROMIUM_PATH.');
	return { passed: 0, failed: process.env['CI'] ? 1 : 0, skipped: 0 };
}

const counts: Count[] = run(['build'])
	? [runVitest(), findChromium() === undefined ? leaveOutBrowser() : runPlaywright()]
	: [{ passed: 0, failed: 1, skipped: 0 }];
rmSync(reports, { recursive: true });
nameMissingEngines();
for (const failure of failures) console.log(`✗ ${failure}\n`);

const sum = (key: keyof Count) => counts.reduce((total, each) => total + each[key], 0);
if (sum('skipped') > 0) console.log(`${sum('skipped')} do not concern this machine, or this way to run the servers`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
