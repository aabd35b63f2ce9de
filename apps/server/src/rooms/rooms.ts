import { JoinRoom, LeaveRoom, ListRooms, MAX_LISTED_ROOMS, type ReadCursor, type RoomSummary } from '@digda/protocol';
import { readFirstPage } from '../messages/first-page.ts';
import { cursorsOf, UNREAD } from '../messages/read-cursors.ts';
import { NO_SUCH_ROOM, RejectionError } from '../rejection.ts';
import { isSubscribed } from '../socket/channels.ts';
import type { Chat, ChatHandler, ChatSocket } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import type { Membership } from '../store/store.ts';
import { admitNewRoom, enter, isMembership, TOO_MANY_ROOMS } from './membership.ts';

const REJECTIONS = {
	not_found: NO_SUCH_ROOM,
	forbidden: TOO_MANY_ROOMS
};

/** Lists the rooms of a person, then other public rooms. */
export function listRooms(chat: Chat): ChatHandler<'room:list'> {
	const { store, presence } = chat;
	return handler(ListRooms, async (_, { data: { user } }) => {
		const own = await store.roomsOf(user.id);
		const names = new Set(own.map(({ room }) => room));
		const open = await store.publicRooms(MAX_LISTED_ROOMS);
		const others = open.filter(({ room }) => !names.has(room));
		const cursors = await cursorsOf(chat, user.id, own);
		const mentions = new Map((await store.unreadMentions(user.id)).map(({ room, seq }) => [room, seq]));
		const rooms = [
			...own.map((room, index) => ({ ...room, ...(cursors[index] ?? UNREAD) })),
			...others.map((room) => ({ ...room, ...UNREAD }))
		];
		return {
			rooms: rooms.map(({ ownerId, ...room }) => ({
				...room,
				...mentionIn(room, mentions.get(room.room)),
				isOwner: ownerId === user.id,
				isMember: names.has(room.room),
				memberCount: presence.count(room.room)
			}))
		};
	});
}

/** The newest mention of a reader in a room, unless a cursor that is not stored yet has passed it. */
function mentionIn({ readSeq }: ReadCursor, seq = 0): Pick<RoomSummary, 'lastMention' | 'isMentioned'> {
	const isMentioned = seq > readSeq;
	return { isMentioned, lastMention: isMentioned ? seq : 0 };
}

/** Makes a person a member, and replies with the page from which the client continues. */
export function joinRoom(chat: Chat): ChatHandler<'room:join'> {
	const { store, presence } = chat;
	return handler(JoinRoom, async (request, socket) => {
		const { data } = socket;
		const membership = await joinOrMake(chat, request.room, socket);
		const { room, title, isPrivate, ownerId } = membership;
		// Subscribe before reading the page: later entries are then delivered or on the page.
		enter(chat, data.user.id, membership);
		const page = await readFirstPage(store, data.user.id, request);
		// The membership was revoked meanwhile.
		if (!page) throw new RejectionError('not_found', NO_SUCH_ROOM);
		const [cursor = UNREAD] = await cursorsOf(chat, data.user.id, [
			{ ...membership, head: page.head, said: page.said }
		]);
		return {
			...{ room, title, isPrivate, isOwner: ownerId === data.user.id, epoch: store.epoch },
			...page,
			...cursor,
			members: presence.members(room),
			memberCount: presence.count(room)
		};
	});
}

/** Ends a membership. */
export function leaveRoom({ store, revocations }: Chat): ChatHandler<'room:leave'> {
	return handler(LeaveRoom, async ({ room }, { data: { user } }) => {
		if ((await store.leave(user.id, room)) === 'forbidden') {
			throw new RejectionError('forbidden', 'the owner cannot leave the room, only close it');
		}
		await revocations.propagate();
		return {};
	});
}

/** Makes a person a member. It creates a missing public room, within the limit of the address. */
async function joinOrMake(chat: Chat, room: string, socket: ChatSocket): Promise<Membership> {
	const { store, storage } = chat;
	const { user, address } = socket.data;
	const growing = { stored: { room }, isNew: isMembership };
	const join = () => store.join(user.id, room);
	// A member joins again after each reconnection, which stores nothing.
	let joined = isSubscribed(socket, room) ? await join() : await storage.store('room:join', socket.data, join, growing);
	if (joined === 'missing') {
		admitNewRoom(chat, address);
		joined = await storage.store('room:new', socket.data, () => store.join(user.id, room, Date.now()), growing);
	}
	if (joined === 'missing') throw new Error(`${room} was created and is missing`);
	if (typeof joined === 'string') throw new RejectionError(joined, REJECTIONS[joined]);
	return joined;
}
