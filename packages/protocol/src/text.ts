import * as v from 'valibot';
import { MAX_TEXT_BYTES, MAX_TEXT_CODE_POINTS } from './limits.ts';

const TOO_LONG = `the text is longer than ${MAX_TEXT_CODE_POINTS} characters`;

/** The length of a text in Unicode code points; `length` would count an emoji twice. */
export function countCodePoints(text: string): number {
	return Array.from(text).length;
}

function fitsCodePoints(text: string): boolean {
	// A code point is one or two UTF-16 units, so most texts need no counting.
	return text.length <= MAX_TEXT_CODE_POINTS || countCodePoints(text) <= MAX_TEXT_CODE_POINTS;
}

function fitsBytes(text: string): boolean {
	// A unit of UTF-16 is at most three bytes, so most texts need no counting here either.
	return 3 * text.length <= MAX_TEXT_BYTES || new TextEncoder().encode(text).length <= MAX_TEXT_BYTES;
}

/** What a person may say to the echo: a string within the limits. Blank is the interface's business. */
export const MessageText = v.pipe(
	v.string('the text is not a string'),
	// Cheap and first: a code point is at most two units, so nothing longer can pass the next check.
	v.maxLength(2 * MAX_TEXT_CODE_POINTS, TOO_LONG),
	v.check(fitsCodePoints, TOO_LONG),
	// Not reached while a code point has at most four bytes; it keeps the promise if the first limit is raised.
	v.check(fitsBytes, TOO_LONG)
);
export type MessageText = v.InferOutput<typeof MessageText>;

/** White space, format characters, and what has no shape of its own (variation selectors, Hangul fillers, blank Braille). */
const NOTHING_TO_SEE = /^[\s\p{Cf}\p{DI}\u2800]*$/u;

/**
 * Control characters other than tab and line feed: nobody types them, and no store or terminal is fond of them. And
 * what embeds, overrides or isolates a direction: it reaches beyond its text. Marks of a direction do not.
 */
const CONTROLS = /[[\p{Cc}\u202a-\u202e\u2066-\u2069]--[\t\n]]/gv;

/**
 * Combining marks, and two vowels of Kirat Rai, which are letters: Unicode normalization works on a run of these as one
 * piece, in a time that grows with the square of its length. No other code point but Hangul Jamo, which it composes in
 * one pass, continues such a run.
 */
const MARK = String.raw`[\p{M}\u{16d67}\u{16d68}]`;

/** A run of marks, of which 32 stay. Composing leaves at least eight of those, so that the next limit is what counts. */
const RUN_OF_MARKS = new RegExp(`(${MARK}{1,32})${MARK}*`, 'gu');

/** Eight marks and then more, with nothing to see between them: no script stacks so many, and they cover other lines. */
const TOWER = new RegExp(String.raw`((?:${MARK}\p{Cf}*){8})${MARK}(?:${MARK}|\p{Cf})*`, 'gu');

/** Whether a reader would see nothing of a text. */
export function isBlank(text: string): boolean {
	return NOTHING_TO_SEE.test(text);
}

/**
 * Composes a text, and ends every stack of combining marks after the eighth. Doing it twice changes nothing. Takes a
 * time that grows with the length of the text and nothing else.
 */
export function compose(text: string): string {
	// Composing can take a mark apart, so the eight are counted in the result.
	return text.replace(RUN_OF_MARKS, '$1').normalize('NFC').replace(TOWER, '$1');
}

/** Whether a value may be said to the echo. */
export function isMessageText(value: unknown): value is MessageText {
	return v.is(MessageText, value);
}

/**
 * The form in which a text is stored and compared: well-formed, composed (a Mac may type Hangul in pieces), lines
 * ended by a line feed, no other control characters, no turned direction, no towers of marks, nothing blank at the end.
 * Cleaning twice changes nothing.
 */
export function cleanText(text: string): string {
	return compose(text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, '')).trimEnd();
}

/** The text of a message in a room: cleaned, within the limits, with something to see. */
export const RoomText = v.pipe(
	v.string('the text is not a string'),
	v.maxLength(2 * MAX_TEXT_CODE_POINTS, TOO_LONG),
	v.transform(cleanText),
	// Composing can lengthen a text, so its limits hold for the result.
	MessageText,
	v.check((text) => !isBlank(text), 'the text is blank')
);
export type RoomText = v.InferOutput<typeof RoomText>;
