import * as v from 'valibot';
import { MAX_DISPLAY_NAME_BYTES, MAX_DISPLAY_NAME_GRAPHEMES, MAX_ROOM_TITLE_CODE_POINTS } from './limits.ts';
import { compose, countCodePoints, isBlank } from './text.ts';

/** The secret of an invitation: 128 random bits in base64url. */
export const InvitationSecret = v.pipe(
	v.string('the secret is not a string'),
	v.regex(/^[\w-]{22}$/, 'the secret has an invalid form')
);

const DISPLAY_NAME_HELP = `a name is 1 to ${MAX_DISPLAY_NAME_GRAPHEMES} characters`;

/** Control characters, and characters that change the direction of the text around them. */
const UNFIT_FOR_A_NAME = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function cleanName(name: string): string {
	const line = name.toWellFormed().replace(/\s/g, ' ').replace(UNFIT_FOR_A_NAME, '').replace(/ +/g, ' ');
	return compose(line).trim();
}

/** The display name of a person: one line, single spaces, within the limits. Names need not be unique. */
export const DisplayName = v.pipe(
	v.string('the name is not a string'),
	v.maxBytes(4 * MAX_DISPLAY_NAME_BYTES, DISPLAY_NAME_HELP),
	v.transform(cleanName),
	v.check((name) => !isBlank(name), 'the name is blank'),
	v.maxBytes(MAX_DISPLAY_NAME_BYTES, DISPLAY_NAME_HELP),
	v.check((name) => Array.from(graphemes.segment(name)).length <= MAX_DISPLAY_NAME_GRAPHEMES, DISPLAY_NAME_HELP)
);

const TITLE_HELP = `a title is 1 to ${MAX_ROOM_TITLE_CODE_POINTS} characters`;

/** The title of a private room: one line, cleaned like a name. */
export const RoomTitle = v.pipe(
	v.string('the title is not a string'),
	v.maxLength(4 * MAX_ROOM_TITLE_CODE_POINTS, TITLE_HELP),
	v.transform(cleanName),
	v.check((title) => !isBlank(title), 'the title is blank'),
	v.check((title) => countCodePoints(title) <= MAX_ROOM_TITLE_CODE_POINTS, TITLE_HELP)
);
