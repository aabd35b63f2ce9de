import { LimitedLog } from '../limits/LimitedLog.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** People who type stay far below, even a classroom behind one address. */
const FREQUENT = { perAddress: { burst: 500, perSecond: 20 }, total: { burst: 2_000, perSecond: 200 } };

/** Error lines are long, and the first ones suffice. */
const RARE = { perAddress: { burst: 50, perSecond: 5 }, total: { burst: 100, perSecond: 20 } };

const ORIGIN = { burst: 10, perSecond: 0.2 };

/** Makes the limited logs for lines that clients can cause at will, by subject. */
export function createClientLogs(log: Logger, metrics: Metrics) {
	const limit = (subject: string, rates: typeof FREQUENT) =>
		new LimitedLog(log, { subject, ...rates }, () => metrics.droppedLogLines('rate', 1));
	return {
		messages: limit('messages', FREQUENT),
		connections: limit('connections', FREQUENT),
		disconnections: limit('disconnections', FREQUENT),
		cuts: limit('cuts of connections', RARE),
		failures: limit('failures', RARE),
		origins: limit('rejected origins', { perAddress: ORIGIN, total: ORIGIN })
	};
}
export type ClientLogs = ReturnType<typeof createClientLogs>;
