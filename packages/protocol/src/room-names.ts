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

/** The name of a public room, which is also its identifier. It is normalized to NFC and lower case. */
export const RoomName = v.pipe(
	v.string('the name of the room is not a string'),
	v.maxLength(4 * MAX_ROOM_NAME_CODE_POINTS, ROOM_NAME_HELP),
	// Lower-casing can decompose a character, so the composition comes last.
	v.transform((name) => compose(compose(name).toLowerCase())),
	v.regex(ROOM_NAME, ROOM_NAME_HELP)
);

/** The identifier of a room: the name of a public room, or `~` and 128 random bits in base64url. */
export const RoomId = v.union([v.pipe(v.string(), v.regex(PRIVATE_ROOM_ID)), RoomName], (issue) =>
	typeof issue.input === 'string' ? ROOM_NAME_HELP : 'the room is not a string'
);
export type RoomId = v.InferOutput<typeof RoomId>;

/** Whether an identifier names a private room. */
export function isPrivateRoom(room: RoomId): boolean {
	return room.startsWith('~');
}
