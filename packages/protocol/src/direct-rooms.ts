const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const DIRECT_ROOM_ID = /^~d[\w-]{43}$/;
/** The bytes of a UUID. */
const ID_BYTES = 16;

/**
 * The identifier of the direct room of two people, in whichever order: `~d` and their sorted ids, 32 bytes in base64url.
 * It needs no connection and no hash, which pages on plain HTTP lack.
 * @returns undefined when the ids are equal, or one is no UUID, such as the operator's
 */
export function directRoomOf(one: string, other: string): string | undefined {
	if (one === other || !UUID.test(one) || !UUID.test(other)) return undefined;
	const bytes = [one, other].toSorted().flatMap(toBytes);
	return `~d${btoa(String.fromCharCode(...bytes))
		.replace('=', '')
		.replaceAll('+', '-')
		.replaceAll('/', '_')}`;
}

/** The ids of the two people of a direct room, sorted; undefined for any other room. */
export function peopleOf(room: string): [string, string] | undefined {
	if (!DIRECT_ROOM_ID.test(room)) return undefined;
	const bytes = atob(room.slice(2).replaceAll('-', '+').replaceAll('_', '/'));
	const hex = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
	const people: [string, string] = [toId(hex.slice(0, ID_BYTES)), toId(hex.slice(ID_BYTES))];
	// Several texts have the same bytes, and the ids could be in the other order. One of them is the identifier.
	return directRoomOf(...people) === room ? people : undefined;
}

/** The other person of a direct room; undefined when the room is none of this person's. */
export function otherIn(room: string, userId: string): string | undefined {
	const people = peopleOf(room);
	return people?.includes(userId) ? people.find((id) => id !== userId) : undefined;
}

function toBytes(id: string): number[] {
	return (id.match(/[\da-f]{2}/g) ?? []).map((byte) => parseInt(byte, 16));
}

function toId(hex: readonly string[]): string {
	return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
