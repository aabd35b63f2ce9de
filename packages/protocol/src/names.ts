import * as v from 'valibot';
import {
	MAX_DISPLAY_NAME_BYTES,
	MAX_DISPLAY_NAME_GRAPHEMES,
	MAX_ROOM_NAME_CODE_POINTS,
	MAX_ROOM_TITLE_CODE_POINTS
} from './limits.ts';
import { compose, countCodePoints, isBlank } from './text.ts';

const ROOM_NAME_HELP = `the name of a room is 1 to ${MAX_ROOM_NAME_CODE_POINTS} letters, digits, _ or -`;
/** Nothing invisible: two rooms would look the same, or one like none. A mark needs a letter before it. */
const ROOM_NAME = new RegExp(
	String.raw`^(?!\p{M})[[\p{L}\p{M}\p{Nd}_\-]--\p{DI}]{1,${MAX_ROOM_NAME_CODE_POINTS}}$`,
	'v'
);
const PRIVATE_ROOM_ID = /^~[\w-]{22}$/;

/** The name of a public room, which is also its identifier: composed and in lower case, whatever was typed. */
export const RoomName = v.pipe(
	v.string('the name of the room is not a string'),
	v.maxLength(4 * MAX_ROOM_NAME_CODE_POINTS, ROOM_NAME_HELP),
	// Lower case can fall apart into pieces that compose again, so the form comes last.
	v.transform((name) => compose(compose(name).toLowerCase())),
	v.regex(ROOM_NAME, ROOM_NAME_HELP)
);

/** The identifier of a room on the wire: the name of a public one, or `~` and 128 random bits in base64url. */
export const RoomId = v.union([v.pipe(v.string(), v.regex(PRIVATE_ROOM_ID)), RoomName], (issue) =>
	typeof issue.input === 'string' ? ROOM_NAME_HELP : 'the room is not a string'
);
export type RoomId = v.InferOutput<typeof RoomId>;

/** Whether an identifier is that of a private room. */
export function isPrivateRoom(room: RoomId): boolean {
	return room.startsWith('~');
}

/** What lets somebody into a private room: 128 random bits in base64url. */
export const InvitationSecret = v.pipe(
	v.string('the secret is not a string'),
	v.regex(/^[\w-]{22}$/, 'this is no invitation')
);

const DISPLAY_NAME_HELP = `a name is 1 to ${MAX_DISPLAY_NAME_GRAPHEMES} characters`;

/** Control characters, and what turns the direction of the text around it. */
const UNFIT_FOR_A_NAME = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function cleanName(name: string): string {
	const line = name.toWellFormed().replace(/\s/g, ' ').replace(UNFIT_FOR_A_NAME, '').replace(/ +/g, ' ');
	return compose(line).trim();
}

/** What a person is called: one line, spaces single, within the limits. Need not be unique. */
export const DisplayName = v.pipe(
	v.string('the name is not a string'),
	v.maxBytes(4 * MAX_DISPLAY_NAME_BYTES, DISPLAY_NAME_HELP),
	v.transform(cleanName),
	v.check((name) => !isBlank(name), 'the name is blank'),
	v.maxBytes(MAX_DISPLAY_NAME_BYTES, DISPLAY_NAME_HELP),
	v.check((name) => Array.from(graphemes.segment(name)).length <= MAX_DISPLAY_NAME_GRAPHEMES, DISPLAY_NAME_HELP)
);

const TITLE_HELP = `a title is 1 to ${MAX_ROOM_TITLE_CODE_POINTS} characters`;

/** What people see of a private room: one line, as a name of a person. */
export const RoomTitle = v.pipe(
	v.string('the title is not a string'),
	v.maxLength(4 * MAX_ROOM_TITLE_CODE_POINTS, TITLE_HELP),
	v.transform(cleanName),
	v.check((title) => !isBlank(title), 'the title is blank'),
	v.check((title) => countCodePoints(title) <= MAX_ROOM_TITLE_CODE_POINTS, TITLE_HELP)
);
