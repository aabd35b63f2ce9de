import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, type Outcome } from './Outcome.ts';
import { ROOT } from './root.ts';

/** Runs a program of the project with pnpm, in sight. @returns whether it ended well */
export function run(args: readonly string[], environment: Record<string, string> = {}): boolean {
	const env = { ...process.env, ...environment };
	return spawnSync('pnpm', args, { cwd: ROOT, stdio: 'inherit', env }).status === 0;
}

/**
 * Runs what writes a report of its tests.
 * @param runWith is told the file of the report, and answers whether all went well
 * @param read finds what came of it in the report, which is JSON
 */
export function runReporting(runWith: (file: string) => boolean, read: (report: unknown) => Outcome): Outcome {
	const directory = mkdtempSync(join(tmpdir(), 'digda-test-'));
	try {
		const file = join(directory, 'report.json');
		const isGreen = runWith(file);
		const outcome = read(JSON.parse(readFileSync(file, 'utf8')));
		if (isGreen || outcome.failed > 0) return outcome;
	} catch {
		// It could not start: there is no report.
	} finally {
		rmSync(directory, { recursive: true });
	}
	return failure('A run ended with an error that is no test’s: it is in what the run printed.');
}
