import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** Everything that could end a line, move the cursor or turn the reading direction in a terminal. */
const UNSAFE_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Makes control characters visible, so that a message cannot forge a line of the log. */
export function escapeControls(text: string): string {
	return text.replace(
		UNSAFE_IN_A_LINE,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
	);
}

/** A readable line for a terminal, written at once. */
function terminal(): DestinationStream {
	return pretty({
		sync: true,
		singleLine: true,
		translateTime: 'SYS:HH:MM:ss',
		messageFormat: (log, key) => escapeControls(String(log[key]))
	});
}

/** The server's log on standard output: readable lines on a terminal, JSON lines otherwise. */
export function createLogger(level: Level | 'silent'): Logger {
	const options = { level, base: null };
	return process.stdout.isTTY ? pino(options, terminal()) : pino(options);
}
