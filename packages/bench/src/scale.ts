import type { ComeBackJob } from './load/come-back.ts';
import type { AcrossJob } from './load/send-across.ts';
import { LOAD_NAMES, type LoadName } from './workloads.ts';

/** How much is measured. */
export interface Scale {
	rounds: number;
	loads: readonly LoadName[];
	/** Of each load before counting: until programs are compiled, and nobody hears any more of who has come. */
	warmUpMs: number;
	/** Of each load while counting. */
	measureMs: number;
	/** How long the disk alone is measured. */
	fsyncMs: number;
	idleConnections: number;
	/** Between the last of them and the reading. */
	settleMs: number;
	/** Who comes back after a restart; left out where nothing is held against it. */
	restart?: Omit<ComeBackJob, 'port'>;
	/** Of what is heard on two nodes; left out where nothing is held against it. */
	across?: Omit<AcrossJob, 'ports' | 'warmUpMs' | 'measureMs'>;
	/** Messages in the two rooms whose pages are read, and how often each page is asked for. */
	smallRoom: number;
	largeRoom: number;
	pageAsks: number;
}

/** What is published. */
export const FULL: Scale = {
	...{ rounds: 5, loads: LOAD_NAMES, warmUpMs: 3_000, measureMs: 2_000, fsyncMs: 1_000 },
	...{ idleConnections: 5_000, settleMs: 3_000 },
	restart: { rooms: 20, members: 50, missed: 50 },
	across: { rooms: 20, members: 10, perSecond: 200 },
	...{ smallRoom: 1_000, largeRoom: 1_000_000, pageAsks: 300 }
};

/** Less than a minute in all: enough to see that a ratio is off by a lot. */
export const QUICK: Scale = {
	...{ rounds: 1, warmUpMs: 800, measureMs: 600, fsyncMs: 300 },
	// Of loads that show the same thing, one.
	loads: [
		'echo, 50 × 10',
		'echo, 200 × 1',
		'1 sender into 500',
		'100 in flight into 500',
		'rooms of 10, 1,000 connections'
	],
	...{ idleConnections: 500, settleMs: 500 },
	...{ smallRoom: 1_000, largeRoom: 50_000, pageAsks: 100 }
};
