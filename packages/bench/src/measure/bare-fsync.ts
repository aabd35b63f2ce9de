import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../directory.ts';
import { latencyOf } from '../load/latency.ts';
import type { Figures } from '../results/figures.ts';

/** About as long as a stored message. */
const RECORD = Buffer.alloc(256, 'x');

/** Measures the least cost of a durable write on this disk: an appended small record and a sync. */
export function measureBareFsync(durationMs: number): Figures {
	const directory = makeDirectory();
	const file = openSync(join(directory, 'records'), 'a');
	const times: number[] = [];
	const end = performance.now() + durationMs;
	for (let started = performance.now(); started < end; started = performance.now()) {
		writeSync(file, RECORD);
		fdatasyncSync(file);
		times.push(performance.now() - started);
	}
	closeSync(file);
	rmSync(directory, { recursive: true });
	return { ...latencyOf(times), messagesPerSecond: (1_000 * times.length) / durationMs };
}
