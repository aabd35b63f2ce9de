import * as v from 'valibot';
import { peopleOf } from './direct-rooms.ts';
import { MAX_ROOM_NAME_CODE_POINTS } from './limits.ts';
import { compose } from './text.ts';

const ROOM_NAME_HELP = `the name of a room is 1 to ${MAX_ROOM_NAME_CODE_POINTS} letters, digits, _, - or spaces`;
/**
 * Invisible characters are excluded: two rooms would look the same, or a name would look empty. A mark needs a letter
 * before it.
 */
const ROOM_NAME = new RegExp(
	String.raw`^(?!\p{M})[[\p{L}\p{M}\p{Nd}_\-]--\p{DI}]{1,${MAX_ROOM_NAME_CODE_POINTS}}$`,
	'v'
);
const PRIVATE_ROOM_ID = /^~[\w-]{22}$/;

/** The public room that an interface offers to a person who has no room yet. It is a room like any other. */
export const LOBBY = 'lobby';

/**
 * Normalizes the name of a public room to NFC and lower case, with `-` for spaces: it is the room's identifier.
 * @returns undefined when the text is no such name
 */
export function toRoomName(text: string): string | undefined {
	if (text.length > 4 * MAX_ROOM_NAME_CODE_POINTS) return undefined;
	// Lower-casing can decompose a character, so the composition comes last.
	const words = compose(compose(text).toLowerCase()).split(/\p{Zs}+/u);
	const name = words.filter((word) => word !== '').join('-');
	return ROOM_NAME.test(name) ? name : undefined;
}

/**
 * The identifier of a room: the name of a public room, `~` and 128 random bits in base64url, or that of a direct room.
 * @returns undefined when the text is no identifier
 */
export function toRoomId(text: string): string | undefined {
	return PRIVATE_ROOM_ID.test(text) || peopleOf(text) ? text : toRoomName(text);
}

/**
 * Folds a text for a comparison that ignores case, spaces and `-`. Control characters are left out.
 * @returns undefined when the text is longer than any name
 */
export function toRoomQuery(text: string): string | undefined {
	if (text.length > 4 * MAX_ROOM_NAME_CODE_POINTS) return undefined;
	return compose(compose(text).toLowerCase()).replace(/[\s\p{C}-]+/gu, '');
}

/** The name of a public room, normalized. */
export const RoomName = v.pipe(
	v.string('the name of the room is not a string'),
	v.transform(toRoomName),
	v.string(ROOM_NAME_HELP)
);

/** A part of the name of a public room, folded by `toRoomQuery`. */
export const RoomQuery = v.pipe(
	v.string('the query is not a string'),
	v.transform(toRoomQuery),
	v.string(`a query is at most ${4 * MAX_ROOM_NAME_CODE_POINTS} characters`)
);

/** The identifier of a room, normalized. */
export const RoomId = v.pipe(v.string('the room is not a string'), v.transform(toRoomId), v.string(ROOM_NAME_HELP));
export type RoomId = v.InferOutput<typeof RoomId>;

/** Whether an identifier names a private room; direct rooms are private, too. */
export function isPrivateRoom(room: RoomId): boolean {
	return room.startsWith('~');
}
