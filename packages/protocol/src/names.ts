import * as v from 'valibot';
import {
	MAX_DISPLAY_NAME_BYTES,
	MAX_DISPLAY_NAME_GRAPHEMES,
	MAX_ROOM_TITLE_CODE_POINTS,
	MAX_TOPIC_CODE_POINTS
} from './limits.ts';
import { compose, countBytes, countCodePoints, isBlank } from './text.ts';

const INVITATION_SECRET = /^[\w-]{22}$/;

/** Control characters, and characters that change the direction of the text around them. */
const UNFIT_FOR_A_NAME = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function cleanName(name: string): string {
	const line = name.toWellFormed().replace(/\s/g, ' ').replace(UNFIT_FOR_A_NAME, '').replace(/ +/g, ' ');
	return compose(line).trim();
}

function countGraphemes(text: string): number {
	return Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)).length;
}

/** Tells whether a text has the form of an invitation's secret: 128 random bits in base64url. */
export function isInvitationSecret(text: string): boolean {
	return INVITATION_SECRET.test(text);
}

/**
 * Cleans the display name of a person: one line, single spaces. Names need not be unique.
 * @returns undefined when the text is no name within the limits
 */
export function toDisplayName(text: string): string | undefined {
	if (countBytes(text) > 4 * MAX_DISPLAY_NAME_BYTES) return undefined;
	const name = cleanName(text);
	const fits = countBytes(name) <= MAX_DISPLAY_NAME_BYTES && countGraphemes(name) <= MAX_DISPLAY_NAME_GRAPHEMES;
	return fits && !isBlank(name) ? name : undefined;
}

/**
 * Cleans the title of a private room, like a name.
 * @returns undefined when the text is no title within the limits
 */
export function toRoomTitle(text: string): string | undefined {
	if (text.length > 4 * MAX_ROOM_TITLE_CODE_POINTS) return undefined;
	const title = cleanName(text);
	return countCodePoints(title) <= MAX_ROOM_TITLE_CODE_POINTS && !isBlank(title) ? title : undefined;
}

/**
 * Cleans the topic of a room, like a name. A blank one is empty.
 * @returns undefined when the text is longer than the limit
 */
export function toTopic(text: string): string | undefined {
	if (text.length > 4 * MAX_TOPIC_CODE_POINTS) return undefined;
	const topic = cleanName(text);
	if (isBlank(topic)) return '';
	return countCodePoints(topic) <= MAX_TOPIC_CODE_POINTS ? topic : undefined;
}

/** The secret of an invitation. */
export const InvitationSecret = v.pipe(
	v.string('the secret is not a string'),
	v.check((text) => isInvitationSecret(text), 'the secret has an invalid form')
);

/** The display name of a person, cleaned. */
export const DisplayName = v.pipe(
	v.string('the name is not a string'),
	v.transform(toDisplayName),
	v.string(`a name is 1 to ${MAX_DISPLAY_NAME_GRAPHEMES} characters`)
);

/** The title of a private room, cleaned. */
export const RoomTitle = v.pipe(
	v.string('the title is not a string'),
	v.transform(toRoomTitle),
	v.string(`a title is 1 to ${MAX_ROOM_TITLE_CODE_POINTS} characters`)
);

/** The topic of a room, cleaned; empty without any. */
export const TopicText = v.pipe(
	v.string('the topic is not a string'),
	v.transform(toTopic),
	v.string(`a topic is at most ${MAX_TOPIC_CODE_POINTS} characters`)
);
