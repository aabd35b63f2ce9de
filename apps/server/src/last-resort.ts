import type { Logger } from './log.ts';

/**
 * What is left for an error that nothing has held: it is logged, and the process ends in order, once. After such an error
 * nobody knows what state is wrong, so a supervisor starts a new process. A rejection that nobody holds counts as well.
 * @param end stores and acknowledges what there is, and ends the process
 */
export function endOnUnexpectedErrors(log: Logger, end: () => void): void {
	let isEnding = false;
	process.on('uncaughtException', (err: NodeJS.ErrnoException) => {
		// The log has no reader any more. That costs lines of the log and nothing else.
		if (err.code === 'EPIPE' && err.syscall === 'write') return;
		try {
			log.fatal({ err }, isEnding ? 'Another unexpected error' : 'An unexpected error: the process ends');
		} finally {
			if (!isEnding) {
				isEnding = true;
				end();
			}
		}
	});
}
