import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, type Outcome } from './Outcome.ts';
import { ROOT } from './root.ts';

/** Runs a pnpm command of the project, with visible output. @returns whether it succeeded */
export function run(args: readonly string[], environment: Record<string, string> = {}): boolean {
	const env = { ...process.env, ...environment };
	return spawnSync('pnpm', args, { cwd: ROOT, stdio: 'inherit', env }).status === 0;
}

/**
 * Runs tests that write a report.
 * @param runWith runs them with the file of the report, and returns whether they succeeded
 * @param read reads the results from the report, which is JSON
 */
export function runReporting(runWith: (file: string) => boolean, read: (report: unknown) => Outcome): Outcome {
	const directory = mkdtempSync(join(tmpdir(), 'digda-test-'));
	try {
		const file = join(directory, 'report.json');
		const isGreen = runWith(file);
		const outcome = read(JSON.parse(readFileSync(file, 'utf8')));
		if (isGreen || outcome.failed > 0) return outcome;
	} catch {
		// The run could not start, so there is no report.
	} finally {
		rmSync(directory, { recursive: true });
	}
	return failure('A run ended with an error outside of its tests: see its output.');
}
