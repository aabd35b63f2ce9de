import { isPrivateRoom } from '@digda/protocol';
import type { RoomList } from '@digda/sync';
import { m } from '#lib/paraglide/messages.js';

/** The title of a room: its own once it is joined, before that the title in the list. The identifier of a private room is no title. */
export function titleOf(list: RoomList, { id, title = id }: { id: string; title?: string }): string {
	if (title !== id) return title;
	const listed = list.rooms.find(({ room }) => room === id)?.title;
	return listed ?? (isPrivateRoom(id) ? m.private_room() : id);
}
