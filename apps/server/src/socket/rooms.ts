import { JoinRoom, LeaveRoom, ListRooms, MAX_LISTED_ROOMS, MAX_ROOMS_PER_USER, PAGE_SIZE } from '@digda/protocol';
import type * as v from 'valibot';
import { Refusal } from '../refusal.ts';
import type { Slice, Store } from '../store/store.ts';
import { roomChannel, socketsIn, subscribe, userChannel } from './channels.ts';
import type { Chat, ChatSocket } from './chat-types.ts';
import { respond } from './respond.ts';

type Join = v.InferOutput<typeof JoinRoom>;

const REFUSALS = {
	not_found: 'there is no such room',
	forbidden: `one can be in ${MAX_ROOMS_PER_USER} rooms at most`
};

/** Listing, joining and leaving rooms. */
export function registerRooms(chat: Chat, socket: ChatSocket): void {
	const { namespace, store, presence, log } = chat;
	const { user } = socket.data;

	socket.on(
		'room:list',
		respond(log, ListRooms, async () => {
			const own = await store.roomsOf(user.id);
			const names = new Set(own.map(({ room }) => room));
			const open = await store.publicRooms(MAX_LISTED_ROOMS);
			const others = open.filter(({ room }) => !names.has(room));
			const rooms = [...own, ...others.map((room) => ({ ...room, readSeq: 0 }))];
			return {
				rooms: rooms.map(({ ownerId, ...room }) => ({
					...room,
					isOwner: ownerId === user.id,
					isMember: names.has(room.room),
					memberCount: presence.count(room.room)
				}))
			};
		})
	);

	socket.on(
		'room:join',
		respond(log, JoinRoom, async (request) => {
			const membership = await store.join(user.id, request.room, Date.now());
			if (typeof membership === 'string') throw new Refusal(membership, REFUSALS[membership]);
			const { room, title, readSeq } = membership;
			// Subscribed before the page is read: what is stored from now on comes as news, or is on the page.
			subscribe(chat, socketsIn(namespace, userChannel(user.id)), membership);
			const { head, messages, reset } = await readFirstPage(store, request);
			return {
				...{ room, title, epoch: store.epoch, head, readSeq, reset, messages },
				members: presence.members(room),
				memberCount: presence.count(room)
			};
		})
	);

	socket.on(
		'room:leave',
		respond(log, LeaveRoom, async ({ room }) => {
			await store.leave(user.id, room);
			namespace.in(userChannel(user.id)).socketsLeave(roomChannel(room));
			namespace.to(userChannel(user.id)).emit('room:left', { room, reason: 'left' });
			return {};
		})
	);
}

/** The page with which a client begins or goes on, and whether what it holds is void. */
async function readFirstPage(
	store: Store,
	{ room, after, afterId, epoch = store.epoch }: Join
): Promise<Slice & { reset: boolean }> {
	if (after !== undefined && epoch === store.epoch) {
		// One more to the front: the message at `after` itself tells whether this is the client's log.
		const { head, messages } = await store.read(room, { after: after - 1 }, PAGE_SIZE + 1);
		const isSame = after === 0 || afterId === undefined || messages[0]?.id === afterId;
		if (after <= head && isSame) {
			return { head, messages: messages.filter(({ seq }) => seq > after), reset: false };
		}
	}
	const latest = await store.read(room, { before: Number.MAX_SAFE_INTEGER }, PAGE_SIZE);
	return { ...latest, reset: after !== undefined };
}
