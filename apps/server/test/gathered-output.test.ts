import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { GatheredOutput } from '../src/GatheredOutput.ts';

test('the lines of a turn are one write', async () => {
	const written: string[] = [];
	const output = new GatheredOutput({ write: (lines) => written.push(lines) });
	output.write('one\n');
	output.write('two\n');
	expect(written).toEqual([]);
	await endOfTurn();
	output.write('three\n');
	await endOfTurn();
	expect(written).toEqual(['one\ntwo\n', 'three\n']);
});

test.for(['process.exit(3)', 'throw new Error("it fails")'])(
	'what was logged just before the end of the process is written: %s',
	async (end) => {
		const log = new URL('../src/log.ts', import.meta.url).href;
		const program = `import { createLogger } from '${log}'; createLogger('info').info('the last words'); ${end}`;
		const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
			stdio: ['ignore', 'pipe', 'ignore']
		});
		expect(await text(child.stdout)).toContain('the last words');
	}
);
