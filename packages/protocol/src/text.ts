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

/** The length of a text in bytes of UTF-8. */
export function countBytes(text: string): number {
	return new TextEncoder().encode(text).length;
}

function fitsBytes(text: string): boolean {
	// A UTF-16 unit takes at most three bytes, so most texts need no encoding.
	return 3 * text.length <= MAX_TEXT_BYTES || countBytes(text) <= MAX_TEXT_BYTES;
}

/** Tells whether a value is a text for the echo: a string within the limits. A blank text is valid; the interface handles it. */
export function isMessageText(value: unknown): value is string {
	if (typeof value !== 'string') return false;
	// A cheap check comes first: a code point has at most two UTF-16 units.
	if (value.length > 2 * MAX_TEXT_CODE_POINTS) return false;
	// The bytes always fit at the present limits, because a code point has at most four. They count if the first limit is raised.
	return fitsCodePoints(value) && fitsBytes(value);
}

/** A text for the echo. */
export const MessageText = v.pipe(
	v.string('the text is not a string'),
	v.check((text) => isMessageText(text), TOO_LONG)
);
export type MessageText = v.InferOutput<typeof MessageText>;

/**
 * White space, format characters, and characters without a shape: variation selectors, Hangul fillers, blank Braille.
 */
const INVISIBLE = /^[\s\p{Cf}\p{DI}\u2800]*$/u;

/**
 * Control characters except tab and line feed: people do not type them, and stores and terminals handle them badly.
 * Also characters that embed, override or isolate a direction, because they affect text beyond their own. Directional
 * marks do not.
 */
const CONTROLS = /[[\p{Cc}\u202a-\u202e\u2066-\u2069]--[\t\n]]/gv;

/**
 * Combining marks, and two vowels of Kirat Rai, which are letters. Unicode normalization handles a run of them as one
 * piece, in time quadratic in its length. Only Hangul jamo also continue such a run; they compose in one pass.
 */
const MARK = String.raw`[\p{M}\u{16d67}\u{16d68}]`;

/** A run of marks, cut to 32. Composition leaves at least eight of those, so the next limit decides. */
const RUN_OF_MARKS = new RegExp(`(${MARK}{1,32})${MARK}*`, 'gu');

/**
 * More than eight marks with at most invisible characters between them. No script needs so many, and they cover other
 * lines.
 */
const TALL_STACK = new RegExp(String.raw`((?:${MARK}\p{Cf}*){8})${MARK}(?:${MARK}|\p{Cf})*`, 'gu');

/** Whether a text has no visible character. */
export function isBlank(text: string): boolean {
	return INVISIBLE.test(text);
}

/**
 * Composes a text (NFC) and cuts every stack of combining marks after the eighth. It is idempotent and takes linear
 * time.
 */
export function compose(text: string): string {
	// Composition can decompose a mark, so the result is counted.
	return text.replace(RUN_OF_MARKS, '$1').normalize('NFC').replace(TALL_STACK, '$1');
}

/**
 * The form in which texts are stored and compared. The text is well-formed and composed (a Mac may type Hangul as
 * jamo). Lines end with a line feed. Other control characters, direction overrides, tall stacks of marks and trailing
 * white space are gone. The function is idempotent.
 */
export function cleanText(text: string): string {
	return compose(text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, '')).trimEnd();
}

/** The text of a message: cleaned, within the limits, with a visible character. */
export const RoomText = v.pipe(
	v.string('the text is not a string'),
	v.maxLength(2 * MAX_TEXT_CODE_POINTS, TOO_LONG),
	v.transform(cleanText),
	// Composition can lengthen a text, so the limits apply to the result.
	v.check((text) => isMessageText(text), TOO_LONG),
	v.check((text) => !isBlank(text), 'the text is blank')
);
export type RoomText = v.InferOutput<typeof RoomText>;
