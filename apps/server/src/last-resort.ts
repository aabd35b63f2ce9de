import type { Logger } from './log.ts';

/**
 * Handles uncaught errors: logs them and ends the process in order, once. After such an error the state is unknown, so
 * a supervisor starts a new process. An unhandled rejection counts as well.
 * @param end stores and acknowledges the pending entries, and ends the process
 */
export function endOnUnexpectedErrors(log: Logger, end: () => void): void {
	let isEnding = false;
	process.on('uncaughtException', (err: NodeJS.ErrnoException) => {
		// The reader of the log has closed its end. Only log lines are lost.
		if (err.code === 'EPIPE' && err.syscall === 'write') return;
		try {
			log.fatal({ err }, isEnding ? 'Another unexpected error' : 'An unexpected error ends the process');
		} finally {
			if (!isEnding) {
				isEnding = true;
				end();
			}
		}
	});
}
