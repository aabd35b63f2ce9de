import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate as endOfTick } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { LogOutput, type LossReason } from '../src/LogOutput.ts';
import { Fifo } from './support/fifo.ts';

/** A line of 100 bytes that begins with its number. */
function line(number: number): string {
	return `${String(number).padEnd(99, '.')}\n`;
}

function numbersOf(written: string): number[] {
	expect(written.endsWith('\n')).toBe(true);
	return written
		.trimEnd()
		.split('\n')
		.map((each) => {
			expect(each).toHaveLength(99);
			return Number.parseInt(each);
		});
}

/** Counts what an output loses. */
function countLosses(output: LogOutput): Record<LossReason, number> {
	const lost = { slow: 0, failed: 0 };
	output.onLoss((reason, lines) => (lost[reason] += lines));
	return lost;
}

function temporaryDirectory(): string {
	const directory = mkdtempSync(join(tmpdir(), 'digda-'));
	onTestFinished(() => rmSync(directory, { recursive: true }));
	return directory;
}

test('the lines of a tick are written at its end', async () => {
	const file = join(temporaryDirectory(), 'log');
	const output = new LogOutput(() => openSync(file, 'a'));
	output.write(line(1));
	output.write(line(2));
	expect(readFileSync(file, 'utf8')).toBe('');
	await endOfTick();
	await output.flush();
	expect(numbersOf(readFileSync(file, 'utf8'))).toEqual([1, 2]);
});

test('lines beyond a buffer of 1 MiB are lost and counted, and the rest is read in order and whole', async () => {
	const fifo = new Fifo();
	const output = new LogOutput(() => openSync(fifo.path, constants.O_WRONLY | constants.O_NONBLOCK));
	const lost = countLosses(output);
	const reports: number[] = [];
	output.onRoom((lines) => reports.push(lines));
	for (let number = 0; number < 20_000; number += 1) output.write(line(number));
	await endOfTick();
	// The pipe has taken some bytes, but the buffer accepts new lines only once half of it is free.
	output.write(line(20_000));
	expect(lost).toEqual({ slow: 20_001 - 10_485, failed: 0 });

	let written = '';
	await expect.poll(() => (written += fifo.read()).length).toBe(1_048_500);
	expect(numbersOf(written)).toEqual(Array.from({ length: 10_485 }, (_, number) => number));
	expect(reports).toEqual([lost.slow]);
	output.write(line(20_001));
	await expect.poll(() => fifo.read()).toBe(line(20_001));
});

test('a line that is longer than the buffer is lost, and no other', async () => {
	const fifo = new Fifo();
	const output = new LogOutput(() => openSync(fifo.path, constants.O_WRONLY | constants.O_NONBLOCK));
	const lost = countLosses(output);
	output.write(`${'x'.repeat(2_000_000)}\n`);
	output.write(line(1));
	await expect.poll(() => fifo.read()).toBe(line(1));
	expect(lost).toEqual({ slow: 1, failed: 0 });
});

test('a reader that closes while the buffer is full costs the waiting lines, and the next one reads on', async () => {
	const fifo = new Fifo();
	const output = new LogOutput(() => openSync(fifo.path, constants.O_WRONLY | constants.O_NONBLOCK));
	const lost = countLosses(output);
	for (let number = 0; number < 20_000; number += 1) output.write(line(number));
	await endOfTick();
	fifo.leave();
	await expect.poll(() => lost.failed).toBeGreaterThan(9_000);
	fifo.comeBack();
	await expect
		.poll(() => {
			output.write(line(20_000));
			return fifo.read();
		})
		.toMatch(/^20000\.+\n/);
});

/** Mounts a small file system, where that is allowed. */
function mountSmall(directory: string): boolean {
	return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]).status === 0;
}

test('a full disk costs lines, and the file holds whole lines once there is room again', async ({ skip }) => {
	const directory = temporaryDirectory();
	if (!mountSmall(directory)) skip('a file system can be mounted by root alone');
	onTestFinished(() => void spawnSync('umount', ['--lazy', directory]));
	const [file, filler] = [join(directory, 'log'), join(directory, 'filler')];
	writeFileSync(filler, 'x'.repeat(32 * 1024));
	const descriptor = openSync(file, 'a');
	onTestFinished(() => closeSync(descriptor));
	const output = new LogOutput(() => descriptor);
	const lost = countLosses(output);
	const reports: number[] = [];
	output.onRoom((lines) => reports.push(lines));

	for (let number = 0; number < 1_000; number += 1) output.write(line(number));
	await expect.poll(() => lost.failed).toBeGreaterThan(500);
	rmSync(filler);
	output.write(line(1_000));
	await expect.poll(() => reports).toEqual([lost.failed]);
	await output.flush();
	const present = numbersOf(readFileSync(file, 'utf8'));
	expect(present.at(-1)).toBe(1_000);
	expect(present.length + lost.failed).toBe(1_001);
});

test.for(['process.exit(3)', 'throw new Error("it fails")'])(
	'a line that is logged just before the process ends is written: %s',
	async (end) => {
		const log = new URL('../src/log.ts', import.meta.url).href;
		const program = `import { createLogger } from '${log}'; createLogger('info').info('the last words'); ${end}`;
		const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
			stdio: ['ignore', 'pipe', 'ignore']
		});
		expect(await text(child.stdout)).toContain('the last words');
	}
);
