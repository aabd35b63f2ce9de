/** Counts the lines of the project without tests, benchmark and generated files: small is a feature. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MAX_LINES = 5_000;
const SOURCE = /\.(ts|js|svelte|css|html)$/;
const NOT_COUNTED = /(^|\/)(test|e2e|bench)\//;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
	encoding: 'utf8'
})
	.split('\n')
	.filter((file) => SOURCE.test(file) && !NOT_COUNTED.test(file));

const lines = files.reduce(
	(sum, file) => sum + readFileSync(file, 'utf8').split('\n').length - 1,
	0
);

console.log(`${lines} lines in ${files.length} files, at most ${MAX_LINES}`);
if (lines > MAX_LINES) process.exitCode = 1;
