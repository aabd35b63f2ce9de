/**
 * Loaded into every server that is measured: tells over IPC what the process has used, so that no server needs a hook for
 * it. In JavaScript, because a server that is not would have to be compiled for its sake.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on('message', (message) => {
	if (message !== 'read') return;
	const { user, system } = process.cpuUsage();
	process.send?.({
		cpuMs: (user + system) / 1_000,
		rssBytes: process.memoryUsage.rss(),
		// The histogram holds the intervals of a timer, in nanoseconds.
		loopDelayP99Ms: Math.max(delay.percentile(99) / 1e6 - 10, 0)
	});
	delay.reset();
});
// It ends with whoever measures.
process.once('disconnect', () => process.exit(0));
