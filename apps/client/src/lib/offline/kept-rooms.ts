import { isPrivateRoom, RoomId, type RoomSummary } from '@digda/protocol';
import type { KnownRoom } from '@digda/sync';
import * as v from 'valibot';
import { readItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:rooms';

const StoredRooms = v.pipe(v.string(), v.parseJson(), v.array(v.object({ room: RoomId, title: v.string() })));

/** Reads the user's rooms of the last list, for a page without a connection. */
export function readKeptRooms(): KnownRoom[] {
	const stored = v.safeParse(StoredRooms, readItem(STORAGE_KEY));
	if (!stored.success) return [];
	return stored.output.map((room) => ({ ...room, isPrivate: isPrivateRoom(room.room), isMember: true }));
}

/** Stores the user's rooms of a list. */
export function keepRooms(listed: readonly RoomSummary[]): void {
	const own = listed.filter(({ isMember }) => isMember);
	writeItem(STORAGE_KEY, JSON.stringify(own.map(({ room, title }) => ({ room, title }))));
}
