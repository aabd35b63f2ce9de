import { createRequire } from 'node:module';
import { destination, pino, type DestinationStream, type Level, type Logger } from 'pino';
import { GatheredOutput } from './GatheredOutput.ts';

export type { Logger } from 'pino';

/** Everything that could end a line, move the cursor or turn the reading direction in a terminal. */
const UNSAFE_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The same without what a formatted line has of its own: its end, and the colours of a terminal. */
const UNSAFE_WHEN_FORMATTED = new RegExp(`[${UNSAFE_IN_A_LINE.source}--[\\n\\u001b]]`, 'gv');

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

/** Where a log goes, and whether a person reads it there. */
interface LogTarget {
	isTerminal: boolean;
	destination: DestinationStream | NodeJS.WritableStream;
}

function standardOutput(): LogTarget {
	return { isTerminal: process.stdout.isTTY, destination: new GatheredOutput(destination({ sync: true })) };
}

/** The server's log: readable lines on a terminal, JSON lines otherwise. */
export function createLogger(level: Level | 'silent', target = standardOutput()): Logger {
	const format = target.isTerminal ? readable() : (line: string) => line;
	// A JSON line stays the same JSON, for what is escaped is in its strings.
	const write = (line: string) => void target.destination.write(escapeControls(format(line), UNSAFE_WHEN_FORMATTED));
	return pino({ level, base: null }, { write });
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
