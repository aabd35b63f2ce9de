import type { SendJob } from './load/send-messages.ts';
import type { PageName } from './load/read-pages.ts';
import type { FigureName } from './results/figures.ts';

/** The load on a server, and the figure by which servers are compared. */
export interface Load extends Pick<SendJob, 'rooms' | 'senders' | 'pace'> {
	primary: FigureName;
}

const FIVE_HUNDRED = { count: 1, members: 500 };

/** The loads for every rival. */
export const LOADS = {
	'echo, 50 × 10': { primary: 'cpuUsPerMessage', senders: 50, pace: { inFlight: 10 } },
	'echo, 200 × 1': { primary: 'cpuUsPerMessage', senders: 200, pace: { inFlight: 1 } },
	'echo, 2,000 per second': { primary: 'cpuUsPerMessage', senders: 50, pace: { perSecond: 2_000 } },
	'1 sender into 500': { primary: 'cpuUsPerDelivery', rooms: FIVE_HUNDRED, senders: 1, pace: { inFlight: 1 } },
	'20 senders into 500': { primary: 'cpuUsPerDelivery', rooms: FIVE_HUNDRED, senders: 20, pace: { inFlight: 1 } },
	'100 in flight into 500': { primary: 'cpuUsPerDelivery', rooms: FIVE_HUNDRED, senders: 20, pace: { inFlight: 5 } },
	'rooms of 10, 1,000 connections': {
		...{ primary: 'cpuUsPerDelivery', rooms: { count: 100, members: 10 } },
		...{ senders: 1, pace: { inFlight: 1 } }
	}
} satisfies Record<string, Load>;
export type LoadName = keyof typeof LOADS;
export const LOAD_NAMES = Object.keys(LOADS) as LoadName[];

/** Loads for a server that stores: each sender has a room of its own and waits for acknowledgements. */
export const DURABLE_LOADS = {
	'durable send, 1 sender': {
		...{ primary: 'p50Ms', rooms: { count: 1, members: 1 } },
		...{ senders: 1, pace: { inFlight: 1 } }
	},
	'durable send, 64 senders': {
		...{ primary: 'messagesPerSecond', rooms: { count: 64, members: 1 } },
		...{ senders: 1, pace: { inFlight: 8 } }
	}
} satisfies Record<string, Load>;

/** The names of all workloads in the results. */
export type WorkloadName =
	| LoadName
	| keyof typeof DURABLE_LOADS
	| 'idle, one room each'
	| 'two nodes, 10 + 10 in each room'
	| 'durable send on PostgreSQL, 64 senders'
	| 'restart, all come back at once'
	| `history, ${PageName}`
	| 'start with a large room';
