import { isPrivateRoom } from '@digda/protocol';
import type { Rooms } from '#lib/chat/Rooms.svelte.ts';
import { m } from '#lib/paraglide/messages.js';

/**
 * What a room is called: as it says itself once it is joined, before that as the list of rooms does. The identifier of a
 * private room is no name.
 */
export function titleOf(rooms: Rooms, { id, title = id }: { id: string; title?: string }): string {
	if (title !== id) return title;
	const listed = rooms.listed.find(({ room }) => room === id)?.title;
	return listed ?? (isPrivateRoom(id) ? m.private_room() : id);
}
