/**
 * Counts the lines of code of the project without tests, benchmark and generated files: small is a feature. Blank
 * lines and comments are printed and not limited, so that nobody saves on them.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MAX_LINES = 11_500;
const SOURCE = /\.(ts|js|svelte|css|html)$/;
const NOT_COUNTED = /(^|\/)(test|e2e|bench)\//;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
	encoding: 'utf8'
})
	.split('\n')
	.filter((file) => SOURCE.test(file) && !NOT_COUNTED.test(file));

const NO_CODE = /^\s*(\/\/|\/\*|\*|<!--|$)/;

const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
const code = lines.filter((line) => !NO_CODE.test(line)).length;

console.log(
	`${code} lines of code in ${files.length} files, at most ${MAX_LINES}; ${lines.length} with comments and blank lines`
);
if (code > MAX_LINES) process.exitCode = 1;
