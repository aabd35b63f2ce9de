import { PAGE_NAMES, type PageName } from '../load/read-pages.ts';
import { LOAD_NAMES, LOADS, type LoadName, type WorkloadName } from '../workloads.ts';
import type { FigureName } from './figures.ts';
import { medianOf, ratioOf } from './findings.ts';
import type { Target } from './judge.ts';

/** The noise of usual ratios, and of tails and waits for a disk or threads, which other programs disturb more. */
const [ROOM, ROOM_FOR_WAITING] = [2, 4];

/**
 * The time of a durable write, in milliseconds, on the disk for which the ratio was set. On a faster disk the ratio would
 * measure how long two threads take to wake each other: 6 to 11 times the time of such a disk.
 */
const USUAL_FSYNC_MS = 0.13;

const ONE = 'durable send, 1 sender';
const RESTART = 'restart, all come back at once';

/** The targets of digda. */
export const TARGETS: readonly Target[] = [
	cpu('echo, 50 × 10', 0.6),
	cpu('echo, 200 × 1', 0.95),
	cpu('1 sender into 500', 1.05),
	cpu('20 senders into 500', 0.08),
	cpu('100 in flight into 500', 0.045),
	cpu('100 in flight into 500', 1, 'bun'),
	cpu('rooms of 10, 1,000 connections', 1.05),
	...LOAD_NAMES.map(tail),
	{ name: `${ONE}: p50`, unit: 'ms', bound: 1, value: figure(ONE, 'p50Ms') },
	{ name: `${ONE}: p99`, unit: 'ms', bound: 3, value: figure(ONE, 'p99Ms') },
	{
		...{ name: `${ONE}: p50 ÷ bare fsync`, bound: 3, roomForNoise: ROOM_FOR_WAITING },
		value: (rows) => {
			const [send, fsync] = ['digda', 'bare fsync'].map((subject) => medianOf(rows, ONE, subject, 'p50Ms'));
			return send === undefined || fsync === undefined ? undefined : send / Math.max(fsync, USUAL_FSYNC_MS);
		}
	},
	{
		...{ name: 'durable send, 64 senders: acknowledged', unit: '/s', bound: 10_000, isFloor: true },
		value: figure('durable send, 64 senders', 'messagesPerSecond')
	},
	{
		...{ name: 'two nodes: p99 on the other one', unit: 'ms', bound: 20 },
		value: (rows) => medianOf(rows, 'two nodes, 10 + 10 in each room', 'other node', 'p99Ms')
	},
	{
		...{ name: 'durable send on PostgreSQL, 64 senders: acknowledged', unit: '/s', bound: 3_000, isFloor: true },
		value: figure('durable send on PostgreSQL, 64 senders', 'messagesPerSecond')
	},
	{
		...{ name: 'idle, one room each: memory ÷ blog', bound: 1, roomForNoise: ROOM },
		value: ratio('idle, one room each', 'rssBytesPerConnection', 'digda', 'blog')
	},
	{ name: 'restart: until all are equal', unit: 'ms', bound: 10_000, value: figure(RESTART, 'untilEqualMs') },
	{ name: 'restart: delay of the event loop, p99', unit: 'ms', bound: 50, value: figure(RESTART, 'loopDelayP99Ms') },
	...PAGE_NAMES.map(largeToSmall),
	{
		...{ name: 'start with a large room: until ready', unit: 'ms', bound: 500 },
		value: figure('start with a large room', 'readyMs')
	}
];

/** A target for processor time, in the primary figure of the workload, relative to another server. */
function cpu(workload: LoadName, bound: number, base = 'blog'): Target {
	const value = ratio(workload, LOADS[workload].primary, 'digda', base);
	return { name: `${workload}: CPU ÷ ${base}`, bound, roomForNoise: ROOM, value };
}

function tail(workload: LoadName): Target {
	const value = ratio(workload, 'p99Ms', 'digda', 'blog');
	return { name: `${workload}: p99 ÷ blog`, bound: 1, roomForNoise: ROOM_FOR_WAITING, value };
}

function largeToSmall(page: PageName): Target {
	const value = ratio(`history, ${page}`, 'p50Ms', 'large room', 'small room');
	return { name: `history, ${page}: large room ÷ small room`, bound: 1.5, roomForNoise: ROOM, value };
}

function ratio(workload: WorkloadName, figure: FigureName, subject: string, base: string): Target['value'] {
	return (rows) => ratioOf(rows, workload, figure, [subject, base]);
}

function figure(workload: WorkloadName, name: FigureName): Target['value'] {
	return (rows) => medianOf(rows, workload, 'digda', name);
}
