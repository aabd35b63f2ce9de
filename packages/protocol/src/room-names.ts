import * as v from 'valibot';
import { MAX_ROOM_NAME_CODE_POINTS } from './limits.ts';
import { compose } from './text.ts';

const ROOM_NAME_HELP = `the name of a room is 1 to ${MAX_ROOM_NAME_CODE_POINTS} letters, digits, _ or -`;
/**
 * Invisible characters are excluded: two rooms would look the same, or a name would look empty. A mark needs a letter
 * before it.
 */
const ROOM_NAME = new RegExp(
	String.raw`^(?!\p{M})[[\p{L}\p{M}\p{Nd}_\-]--\p{DI}]{1,${MAX_ROOM_NAME_CODE_POINTS}}$`,
	'v'
);
const PRIVATE_ROOM_ID = /^~[\w-]{22}$/;

/**
 * Normalizes the name of a public room to NFC and lower case: it is the room's identifier.
 * @returns undefined when the text is no such name
 */
export function toRoomName(text: string): string | undefined {
	if (text.length > 4 * MAX_ROOM_NAME_CODE_POINTS) return undefined;
	// Lower-casing can decompose a character, so the composition comes last.
	const name = compose(compose(text).toLowerCase());
	return ROOM_NAME.test(name) ? name : undefined;
}

/**
 * The identifier of a room: the name of a public room, or `~` and 128 random bits in base64url.
 * @returns undefined when the text is no identifier
 */
export function toRoomId(text: string): string | undefined {
	return PRIVATE_ROOM_ID.test(text) ? text : toRoomName(text);
}

/** The public room that the front page offers. */
export const LOBBY = 'lobby';

/** The name of a public room, normalized. */
export const RoomName = v.pipe(
	v.string('the name of the room is not a string'),
	v.transform(toRoomName),
	v.string(ROOM_NAME_HELP)
);

/** The identifier of a room, normalized. */
export const RoomId = v.pipe(v.string('the room is not a string'), v.transform(toRoomId), v.string(ROOM_NAME_HELP));
export type RoomId = v.InferOutput<typeof RoomId>;

/** Whether an identifier names a private room. */
export function isPrivateRoom(room: RoomId): boolean {
	return room.startsWith('~');
}
