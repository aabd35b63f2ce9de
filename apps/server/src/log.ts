import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import { pino, stdSerializers, type DestinationStream, type Level, type Logger } from 'pino';
import { excerpt } from './excerpt.ts';
import { LogOutput } from './LogOutput.ts';

export type { Logger } from 'pino';

/** Characters that could end a line, move the cursor or change the reading direction in a terminal. */
const UNSAFE_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The same, but without the characters that a formatted line needs: its line feed and the escape of colours. */
const UNSAFE_WHEN_FORMATTED = new RegExp(`[${UNSAFE_IN_A_LINE.source}--[\\n\\u001b]]`, 'gv');

/** The longest text of an error in the log, in code points. */
const MAX_ERROR_TEXT = 4_000;

/** Escapes control characters, so that a message cannot forge a log line. */
export function escapeControls(text: string, unsafe = UNSAFE_IN_A_LINE): string {
	return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Formats an error for people: its message, its stack and causes in lines of their own, then its other fields. */
function formatError(error: unknown): string {
	// The error comes from a JSON line, so it is a plain object.
	const fields = error as Record<string, unknown> | null;
	const stack = fields?.['stack'];
	if (typeof stack !== 'string') return JSON.stringify(error);
	const lines = stack.split(/\n(?=\s+at |caused by: )/).map((line) => escapeControls(line));
	const rest = JSON.stringify({ ...fields, type: undefined, message: undefined, stack: undefined });
	return [...lines, ...(rest === '{}' ? [] : [rest])].join('\n');
}

/** Serializes an error for the log. Its message, stack and other texts are cut. Other values stay unchanged. */
function serializeError(thrown: unknown): unknown {
	// The serializer returns a value that is not an error unchanged.
	const error: unknown = stdSerializers.err(thrown as Error);
	if (typeof error === 'string') return excerpt(error, MAX_ERROR_TEXT);
	if (typeof error !== 'object' || error === null) return error;
	const bound = (value: unknown) => (typeof value === 'string' ? excerpt(value, MAX_ERROR_TEXT) : value);
	return Object.fromEntries(Object.entries(error).map(([name, value]) => [name, bound(value)]));
}

/** The destination of a log, and whether it is a terminal. */
export interface LogTarget {
	isTerminal: boolean;
	destination: DestinationStream | NodeJS.WritableStream;
}

/**
 * Standard output, opened with the first line. A slow or full output loses lines, which are counted, and never blocks
 * the server.
 */
export function standardOutput() {
	return { isTerminal: isatty(1), destination: new LogOutput() };
}

/** The server's log: readable lines on a terminal, JSON lines otherwise. */
export function createLogger(level: Level | 'silent', target: LogTarget = standardOutput()): Logger {
	const format = target.isTerminal ? readable() : (line: string) => line;
	// Escaping keeps a JSON line equivalent, because the escaped characters are inside its strings.
	const write = (line: string) => void target.destination.write(escapeControls(format(line), UNSAFE_WHEN_FORMATTED));
	const log = pino({ level, base: null, serializers: { err: serializeError } }, { write });
	if (target.destination instanceof LogOutput) {
		target.destination.onRoom((lost) => log.warn({ lost }, `${lost.toLocaleString('en')} log lines were lost`));
	}
	return log;
}

function readable(): (line: string) => string {
	// Loaded only for a terminal, so that a service starts faster.
	const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
	return prettyFactory({
		colorize: true,
		singleLine: true,
		translateTime: 'SYS:HH:MM:ss',
		messageFormat: (line, key) => escapeControls(String(line[key])),
		customPrettifiers: { err: formatError }
	});
}
