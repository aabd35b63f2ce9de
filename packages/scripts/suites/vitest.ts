import { relative } from 'node:path';
import type { Outcome } from './Outcome.ts';
import { ROOT } from './root.ts';
import { run, runReporting } from './run-reporting.ts';

/** The used fields of the report, which has the format of Jest. */
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
}

/** Runs the tests of some projects of `vitest.config.ts`. @param projects patterns of their names */
export function runVitest(projects: readonly string[]): Outcome {
	const names = projects.map((project) => `--project=${project}`);
	return runReporting(
		(file) =>
			run(['exec', 'vitest', 'run', ...names, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]),
		// The runner has just written the report.
		(report) => read(report as Report)
	);
}

function read({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }: Report): Outcome {
	return {
		passed: numPassedTests,
		failed: numFailedTests,
		skipped: numPendingTests + numTodoTests,
		failures: testResults.filter(({ status }) => status === 'failed').flatMap(explain)
	};
}

/** The failures of a file: its tests, or the file itself when it could not run. */
function explain({ name, message, assertionResults }: Report['testResults'][number]): string[] {
	const failed = assertionResults.filter(({ status }) => status === 'failed');
	const file = relative(ROOT, name);
	if (failed.length === 0) return [`${file}: ${message}`];
	return failed.map(({ fullName, failureMessages }) => {
		// The place of the failure, without the stack of the runner.
		const lines = failureMessages.join('\n').split('\n');
		return [`${file}: ${fullName}`, ...lines.filter((line) => !line.includes('/node_modules/'))].join('\n');
	});
}
