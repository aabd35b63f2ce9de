import { JoinRoom, LeaveRoom, MAX_DIRECT_ROOMS, peopleOf } from '@digda/protocol';
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

const NO_DIRECT_ROOM = `two people need a room in common, and a person opens at most ${MAX_DIRECT_ROOMS} direct rooms`;

/** Makes a person a member, and replies with the page from which the client continues. */
export function joinRoom(chat: Chat): ChatHandler<'room:join'> {
	const { store, presence } = chat;
	return handler(JoinRoom, async (request, socket) => {
		const { data } = socket;
		const membership = await joinOrMake(chat, request.room, socket);
		const { room, title, isPrivate, ownerId, other } = membership;
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
			...(other && { other }),
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
			throw new RejectionError(
				'forbidden',
				'the owner cannot leave the room, only close it, and a direct room has no end'
			);
		}
		await revocations.propagate();
		return {};
	});
}

/** Makes a person a member. It creates a missing public or direct room, within the limit of the address. */
async function joinOrMake(chat: Chat, room: string, socket: ChatSocket): Promise<Membership> {
	const { store, storage, revocations } = chat;
	const { user, address } = socket.data;
	const growing = { stored: { room }, isNew: isMembership };
	const join = () => store.join(user.id, room);
	// A member joins again after each reconnection, which stores nothing.
	let joined = isSubscribed(socket, room) ? await join() : await storage.store('room:join', socket.data, join, growing);
	if (joined === 'missing') {
		admitNewRoom(chat, address);
		const isDirect = peopleOf(room) !== undefined;
		const make = () => store.join(user.id, room, Date.now());
		joined = await storage.store(isDirect ? 'direct:new' : 'room:new', socket.data, make, growing);
		// The connections of the other person follow the room, on all nodes.
		if (isDirect) await revocations.propagate();
	}
	if (joined === 'missing') throw new Error(`${room} was created and is missing`);
	if (joined === 'forbidden' && peopleOf(room)) throw new RejectionError(joined, NO_DIRECT_ROOM);
	if (typeof joined === 'string') throw new RejectionError(joined, REJECTIONS[joined]);
	return joined;
}
