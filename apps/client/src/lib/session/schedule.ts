import type { Schedule } from '@digda/sync';

/** The timers of the browser. */
export const schedule: Schedule = (ms, run) => {
	const timer = setTimeout(run, ms);
	return () => clearTimeout(timer);
};
