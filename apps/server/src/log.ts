import { destination, pino, type DestinationStream, type Level, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** Everything that could end a line, move the cursor or turn the reading direction in a terminal. */
const UNSAFE_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Makes control characters visible, so that a message cannot forge a line of the log. */
export function escapeControls(text: string): string {
	return text.replace(UNSAFE_IN_A_LINE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Where a log goes, and whether a person reads it there. */
interface LogTarget {
	isTerminal: boolean;
	destination: DestinationStream | NodeJS.WritableStream;
}

function standardOutput(): LogTarget {
	return { isTerminal: process.stdout.isTTY, destination: destination({ sync: true }) };
}

/** The server's log, written at once: readable lines on a terminal, JSON lines otherwise. */
export function createLogger(level: Level | 'silent', target = standardOutput()): Logger {
	const readable = () =>
		pretty({
			destination: target.destination,
			colorize: true,
			singleLine: true,
			translateTime: 'SYS:HH:MM:ss',
			messageFormat: (line, key) => escapeControls(String(line[key]))
		});
	return pino({ level, base: null }, target.isTerminal ? readable() : target.destination);
}
