import {
	FindRooms,
	ListRooms,
	MAX_FOUND_ROOMS,
	MAX_LISTED_ROOMS,
	type ReadCursor,
	type RoomSettings,
	type RoomSummary
} from '@digda/protocol';
import { cursorsOf, UNREAD } from '../messages/read-cursors.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import type { Membership, StoredRoom } from '../store/store.ts';
import { NO_SETTINGS } from './settings.ts';

/** Lists the rooms of a person, then other public rooms. */
export function listRooms(chat: Chat): ChatHandler<'room:list'> {
	const { store } = chat;
	return handler(ListRooms, async (_, { data: { user } }) => {
		const memberships = await store.roomsOf(user.id);
		const own = memberships.filter(({ isUnlisted }) => !isUnlisted);
		const names = new Set(own.map(({ room }) => room));
		const open = await store.publicRooms(MAX_LISTED_ROOMS);
		const others = open.filter(({ room }) => !names.has(room));
		return { rooms: await summarize(chat, user.id, own, [...own, ...others]) };
	});
}

/** Finds public rooms by a part of their names. */
export function findRooms(chat: Chat): ChatHandler<'room:find'> {
	const { store } = chat;
	return handler(FindRooms, async ({ query }, { data: { user } }) => {
		const found = await store.publicRooms(MAX_FOUND_ROOMS, query);
		return { rooms: await summarize(chat, user.id, await store.roomsOf(user.id), found) };
	});
}

/** A room that may be unlisted. */
type Unlistable = StoredRoom & Pick<Membership, 'isUnlisted'>;

/** Describes rooms for a person. @param own the memberships of the person */
async function summarize(
	chat: Chat,
	userId: string,
	own: readonly Membership[],
	rooms: readonly StoredRoom[]
): Promise<RoomSummary[]> {
	const names = new Set(rooms.map(({ room }) => room));
	const memberships = own.filter(({ room }) => names.has(room));
	const cursors = await cursorsOf(chat, userId, memberships);
	const mentions = new Map((await chat.store.unreadMentions(userId)).map(({ room, seq }) => [room, seq]));
	const blocked = memberships.some(({ other }) => other) ? await chat.store.blockedBy(userId) : [];
	const asMember = new Map(
		memberships.map((membership, index) => [membership.room, { ...membership, ...cursors[index] }])
	);
	return rooms.map((stored) => {
		const membership = asMember.get(stored.room);
		const {
			ownerId,
			isUnlisted: _,
			...room
		}: Unlistable & ReadCursor & RoomSettings = {
			...{ ...UNREAD, ...NO_SETTINGS },
			...(membership ?? stored)
		};
		return {
			...room,
			...mentionIn(room, mentions.get(stored.room)),
			isOwner: ownerId === userId,
			isMember: membership !== undefined,
			...(membership?.other && blocked.includes(membership.other.id) && { isBlocked: true }),
			memberCount: chat.presence.count(stored.room)
		};
	});
}

/** The newest mention of a reader in a room, unless a cursor that is not stored yet has passed it. */
function mentionIn({ readSeq }: ReadCursor, seq = 0): Pick<RoomSummary, 'lastMention' | 'isMentioned'> {
	const isMentioned = seq > readSeq;
	return { isMentioned, lastMention: isMentioned ? seq : 0 };
}
