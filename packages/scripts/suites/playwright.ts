import { stripVTControlCharacters } from 'node:util';
import type { Outcome } from './Outcome.ts';
import { run, runReporting } from './run-reporting.ts';

/** The used fields of the report: nested suites with stories. */
interface Suite {
	suites?: Suite[];
	specs: { title: string; file: string; line: number; tests: { results: { errors: { message?: string }[] }[] }[] }[];
}

interface Report extends Pick<Suite, 'suites'> {
	stats: { expected: number; unexpected: number; flaky: number; skipped: number };
	errors: { message?: string }[];
}

/** Runs stories in a browser. @param options of Playwright, which choose the stories */
export function runPlaywright(options: readonly string[]): Outcome {
	return runReporting(
		(file) =>
			run(['--filter', '@digda/client', 'exec', 'playwright', 'test', '--reporter=list,json', ...options], {
				PLAYWRIGHT_JSON_OUTPUT_FILE: file
			}),
		// The runner has just written the report.
		(report) => read(report as Report)
	);
}

function read({ stats: { expected, unexpected, flaky, skipped }, suites = [], errors }: Report): Outcome {
	return {
		passed: expected,
		failed: unexpected + flaky,
		skipped,
		failures: [...errors.map(say), ...suites.flatMap(explain)]
	};
}

function explain({ suites = [], specs }: Suite): string[] {
	const failed = specs.flatMap(({ title, file, line, tests }) => {
		const errors = tests.flatMap(({ results }) => results.flatMap(({ errors: all }) => all));
		return errors.length === 0 ? [] : [`apps/client/e2e/${file}:${line}: ${title}\n${errors.map(say).join('\n')}`];
	});
	return [...failed, ...suites.flatMap(explain)];
}

const say = ({ message = 'an error without a message' }: { message?: string }) => stripVTControlCharacters(message);
