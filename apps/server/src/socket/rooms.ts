import {
	countFitting,
	JoinRoom,
	LeaveRoom,
	ListRooms,
	MAX_LISTED_ROOMS,
	MAX_ROOMS_PER_USER,
	PAGE_SIZE
} from '@digda/protocol';
import type * as v from 'valibot';
import { NO_SUCH_ROOM, RejectionError } from '../rejection.ts';
import type { Membership, Slice, Store } from '../store/store.ts';
import { isSubscribed, socketsIn, subscribe, userChannel } from './channels.ts';
import type { Chat, ChatHandlers, ChatSocket } from './chat-types.ts';
import { handler } from './events.ts';
import { cursorsOf, UNREAD } from './read-cursors.ts';

type Join = v.InferOutput<typeof JoinRoom>;

export const TOO_MANY_ROOMS = `one can be in ${MAX_ROOMS_PER_USER} rooms at most`;

const REJECTIONS = {
	not_found: NO_SUCH_ROOM,
	forbidden: TOO_MANY_ROOMS
};

/** Listing, joining and leaving rooms. */
export function handleRooms(chat: Chat): ChatHandlers<'room:list' | 'room:join' | 'room:leave'> {
	const { store, presence, revocations } = chat;
	return {
		'room:list': handler(ListRooms, async (_, { data: { user } }) => {
			const own = await store.roomsOf(user.id);
			const names = new Set(own.map(({ room }) => room));
			const open = await store.publicRooms(MAX_LISTED_ROOMS);
			const others = open.filter(({ room }) => !names.has(room));
			const cursors = await cursorsOf(chat, user.id, own);
			const rooms = [...own.map((room, index) => ({ ...room, ...cursors[index] })), ...others];
			return {
				rooms: rooms.map(({ ownerId, ...room }) => ({
					...UNREAD,
					...room,
					isOwner: ownerId === user.id,
					isMember: names.has(room.room),
					memberCount: presence.count(room.room)
				}))
			};
		}),

		'room:join': handler(JoinRoom, async (request, socket) => {
			const { data } = socket;
			const membership = await joinOrMake(chat, request.room, socket);
			const { room, title, isPrivate, ownerId } = membership;
			// Subscribed before the page is read: entries that are stored from now on are delivered, or are on the page.
			enter(chat, data.user.id, membership);
			const page = await readFirstPage(store, data.user.id, request);
			// The membership has ended meanwhile.
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
		}),

		'room:leave': handler(LeaveRoom, async ({ room }, { data: { user } }) => {
			if ((await store.leave(user.id, room)) === 'forbidden') {
				throw new RejectionError('forbidden', 'the owner of a room closes it');
			}
			await revocations.told();
			return {};
		})
	};
}

/** Whether a store has made somebody a member. */
export function isMembership(joined: Membership | string): boolean {
	return typeof joined !== 'string';
}

/** Subscribes all connections of a person to a room of theirs, wherever they are. */
export function enter(chat: Chat, userId: string, membership: Membership): void {
	subscribe(chat, socketsIn(chat.namespace, userChannel(userId)), membership);
	chat.peers.tell('user:change', { userId });
}

/** Counts a new room. @throws {RejectionError} there were too many from this address */
export function admitNewRoom({ limits }: Chat, address: string): void {
	const waitMs = limits.byAddress('room', address);
	// Not `rate_limited`: then the client would hold back its other requests too.
	if (waitMs > 0) throw new RejectionError('unavailable', 'too many new rooms from this address', Math.ceil(waitMs));
}

/** Makes somebody a member; a public room that does not exist yet is made, as often as their address may. */
async function joinOrMake(chat: Chat, room: string, socket: ChatSocket): Promise<Membership> {
	const { store, storage } = chat;
	const { user, address } = socket.data;
	const growing = { stored: { room }, isNew: isMembership };
	const join = () => store.join(user.id, room);
	// A member joins again after each reconnection, and stores nothing by that.
	let joined = isSubscribed(socket, room) ? await join() : await storage.store('room:join', socket.data, join, growing);
	if (joined === 'missing') {
		admitNewRoom(chat, address);
		joined = await storage.store('room:new', socket.data, () => store.join(user.id, room, Date.now()), growing);
	}
	if (joined === 'missing') throw new Error(`${room} was made and is missing`);
	if (typeof joined === 'string') throw new RejectionError(joined, REJECTIONS[joined]);
	return joined;
}

/** The page with which a client begins or goes on; null for one who is no member. */
async function readFirstPage(
	store: Store,
	userId: string,
	{ room, from, after, afterId, epoch = store.epoch }: Join
): Promise<(Slice & { reset: boolean }) | null> {
	if (after !== undefined && epoch === store.epoch) {
		const next = await store.readOn(userId, room, { from: from ?? after + 1, to: after }, PAGE_SIZE);
		if (!next) return null;
		const { heldId, changed, ...page } = next;
		const isSame = after === 0 || afterId === undefined || heldId === afterId;
		const messages = [...changed, ...page.messages];
		const count = countFitting(messages);
		if (after <= page.head && isSame && count >= changed.length) {
			if (count === messages.length) return { ...page, messages, reset: false };
			// The page ends before the first message that does not fit beside those that have changed.
			const kept = messages.slice(0, count);
			const last = count > changed.length ? kept.at(-1) : undefined;
			return { ...page, to: last?.seq ?? after, toId: last?.id ?? heldId, messages: kept, reset: false };
		}
	}
	const latest = await store.readPage(userId, room, { before: Number.MAX_SAFE_INTEGER }, PAGE_SIZE);
	return latest && { ...latest, reset: after !== undefined };
}
