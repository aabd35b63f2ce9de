import type { ComeBackJob } from './load/come-back.ts';
import type { AcrossJob } from './load/send-across.ts';
import { LOAD_NAMES, type LoadName } from './workloads.ts';

/** The sizes and durations of a run. */
export interface Scale {
	rounds: number;
	loads: readonly LoadName[];
	/** The duration of each load before counting: until code is compiled, and presence changes have ended. */
	warmUpMs: number;
	/** The counted duration of each load. */
	measureMs: number;
	/** The duration of the measurement of the disk. */
	fsyncMs: number;
	idleConnections: number;
	/** The pause between the last connection and the reading. */
	settleMs: number;
	/** The members who reconnect after a restart; left out where no target needs it. */
	restart?: Omit<ComeBackJob, 'port'>;
	/** The load on two nodes; left out where no target needs it. */
	across?: Omit<AcrossJob, 'ports' | 'warmUpMs' | 'measureMs'>;
	/** The numbers of messages in the two rooms whose pages are read, and of requests for each page. */
	smallRoom: number;
	largeRoom: number;
	pageAsks: number;
}

/** The scale of published results. */
export const FULL: Scale = {
	...{ rounds: 5, loads: LOAD_NAMES, warmUpMs: 3_000, measureMs: 2_000, fsyncMs: 1_000 },
	...{ idleConnections: 5_000, settleMs: 3_000 },
	restart: { rooms: 20, members: 50, missed: 50 },
	across: { rooms: 20, members: 10, perSecond: 200 },
	...{ smallRoom: 1_000, largeRoom: 1_000_000, pageAsks: 300 }
};

/** Less than a minute in all, enough to detect a ratio that is far off. */
export const QUICK: Scale = {
	...{ rounds: 1, warmUpMs: 800, measureMs: 600, fsyncMs: 300 },
	// One of several loads that measure the same.
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
