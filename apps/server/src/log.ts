import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import { pino, stdSerializers, type DestinationStream, type Level, type Logger } from 'pino';
import { excerpt } from './excerpt.ts';
import { LogOutput } from './LogOutput.ts';

export type { Logger } from 'pino';

/** Everything that could end a line, move the cursor or turn the reading direction in a terminal. */
const UNSAFE_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The same without what a formatted line has of its own: its end, and the colours of a terminal. */
const UNSAFE_WHEN_FORMATTED = new RegExp(`[${UNSAFE_IN_A_LINE.source}--[\\n\\u001b]]`, 'gv');

/** A text of an error is at most so long in the log, in code points. */
const MAX_ERROR_TEXT = 4_000;

/** Makes control characters visible, so that a message cannot forge a line of the log. */
export function escapeControls(text: string, unsafe = UNSAFE_IN_A_LINE): string {
	return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An error as a person reads it: a line for it, one for each frame and each cause, and what else it says of itself. */
function formatError(error: unknown): string {
	// It comes out of a line of JSON, so it is a plain object where it was an error.
	const fields = error as Record<string, unknown> | null;
	const stack = fields?.['stack'];
	if (typeof stack !== 'string') return JSON.stringify(error);
	const lines = stack.split(/\n(?=\s+at |caused by: )/).map((line) => escapeControls(line));
	const rest = JSON.stringify({ ...fields, type: undefined, message: undefined, stack: undefined });
	return [...lines, ...(rest === '{}' ? [] : [rest])].join('\n');
}

/** An error for the log. Its message, its stack and its other texts are bounded; what is no error stays what it is. */
function serializeError(thrown: unknown): unknown {
	// The serializer passes on what is no error.
	const error: unknown = stdSerializers.err(thrown as Error);
	if (typeof error === 'string') return excerpt(error, MAX_ERROR_TEXT);
	if (typeof error !== 'object' || error === null) return error;
	const bound = (value: unknown) => (typeof value === 'string' ? excerpt(value, MAX_ERROR_TEXT) : value);
	return Object.fromEntries(Object.entries(error).map(([name, value]) => [name, bound(value)]));
}

/** Where a log goes, and whether a person reads it there. */
export interface LogTarget {
	isTerminal: boolean;
	destination: DestinationStream | NodeJS.WritableStream;
}

/** Standard output, which is opened with the first line. A slow or full output costs lines, which it counts, and no time. */
export function standardOutput() {
	return { isTerminal: isatty(1), destination: new LogOutput() };
}

/** The server's log: readable lines on a terminal, JSON lines otherwise. */
export function createLogger(level: Level | 'silent', target: LogTarget = standardOutput()): Logger {
	const format = target.isTerminal ? readable() : (line: string) => line;
	// A JSON line stays the same JSON, for what is escaped is in its strings.
	const write = (line: string) => void target.destination.write(escapeControls(format(line), UNSAFE_WHEN_FORMATTED));
	const log = pino({ level, base: null, serializers: { err: serializeError } }, { write });
	if (target.destination instanceof LogOutput) {
		target.destination.onRoom((lost) => log.warn({ lost }, `${lost.toLocaleString('en')} lines of the log were lost`));
	}
	return log;
}

function readable(): (line: string) => string {
	// Loaded when somebody reads: a service has no use for it, and starts sooner.
	const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
	return prettyFactory({
		colorize: true,
		singleLine: true,
		translateTime: 'SYS:HH:MM:ss',
		messageFormat: (line, key) => escapeControls(String(line[key])),
		customPrettifiers: { err: formatError }
	});
}
