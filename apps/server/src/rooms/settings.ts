import { SetRoom, type RoomSettings } from '@digda/protocol';
import { notMember } from '../rejection.ts';
import { userChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';

/** The settings of a person who is not a member. */
export const NO_SETTINGS: RoomSettings = { isPinned: false, isMuted: false };

/** Pins or mutes a room for the person, and tells their other connections. */
export function setRoom({ store, nodes }: Chat): ChatHandler<'room:set'> {
	return handler(SetRoom, async ({ room, ...settings }, socket) => {
		const userId = socket.data.user.id;
		const set = await store.setRoom(userId, room, settings);
		if (typeof set === 'string') throw notMember(room);
		socket.local.to(userChannel(userId)).emit('room:settings', { room, ...set });
		nodes.send('user:change', { userId, set: room });
		return set;
	});
}
