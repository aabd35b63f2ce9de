import { isPrivateRoom, toRoomId, type RoomSummary } from '@digda/protocol';
import type { KnownRoom } from '@digda/sync';
import { parseItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:rooms';

/** Reads the user's rooms of the last list, for a page without a connection. */
export function readKeptRooms(): KnownRoom[] {
	const stored = parseItem(STORAGE_KEY);
	if (!Array.isArray(stored)) return [];
	return stored.filter(isStoredRoom).map(({ room, title }) => ({
		room,
		title,
		isPrivate: isPrivateRoom(room),
		isMember: true,
		...{ lastAt: 0, isPinned: false, isMuted: false }
	}));
}

/** Stores the user's rooms of a list. */
export function keepRooms(listed: readonly RoomSummary[]): void {
	const own = listed.filter(({ isMember }) => isMember);
	writeItem(STORAGE_KEY, JSON.stringify(own.map(({ room, title }) => ({ room, title }))));
}

/** Another version of the page may have stored another form, and a person anything. */
function isStoredRoom(value: unknown): value is Pick<RoomSummary, 'room' | 'title'> {
	const { room, title } = (value ?? {}) as Record<string, unknown>;
	return typeof room === 'string' && toRoomId(room) === room && typeof title === 'string';
}
