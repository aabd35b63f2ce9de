import { isPrivateRoom } from '@digda/protocol';
import type { RoomList } from '@digda/sync';
import { m } from '#lib/paraglide/messages.js';

/** Returns the title of a joined room, else its title in the list. The identifier of a private room is never shown as a title. */
export function titleOf(list: RoomList, { id, title = id }: { id: string; title?: string }): string {
	if (title !== id) return title;
	const listed = list.rooms.find(({ room }) => room === id)?.title;
	return listed ?? (isPrivateRoom(id) ? m.private_room() : id);
}
