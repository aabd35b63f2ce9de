import { randomBytes } from 'node:crypto';
import {
	AcceptInvitation,
	CloseRoom,
	CreateRoom,
	Invite,
	ListMembers,
	MAX_INVITATIONS,
	PreviewInvitation,
	RemoveMember,
	RenameRoom,
	Revoke
} from '@digda/protocol';
import { NO_SUCH_ROOM, RejectionError } from '../rejection.ts';
import type { Denied } from '../store/store.ts';
import { admitDeliveries } from './admit-deliveries.ts';
import { isSubscribed, roomChannel } from './channels.ts';
import { actorOf, type Chat, type ChatHandlers } from './chat-types.ts';
import { handler } from './events.ts';
import { admitNewRoom, enter, isMembership, TOO_MANY_ROOMS } from './rooms.ts';
import { hash } from './secret-hash.ts';

/** 128 bits: nobody guesses one. */
const random = () => randomBytes(16).toString('base64url');

const NO_SUCH_INVITATION = 'there is no such invitation';

/** Private rooms: making one, who is let in, and its end. */
export function handleOwnership(
	chat: Chat
): ChatHandlers<
	| 'room:create'
	| 'room:rename'
	| 'room:close'
	| 'room:members'
	| 'room:remove'
	| 'room:invite'
	| 'room:revoke'
	| 'room:preview'
	| 'room:accept'
> {
	const { namespace, store, storage, peers, revocations, log } = chat;

	return {
		'room:create': handler(CreateRoom, async ({ title }, { data }) => {
			const { user, address } = data;
			admitNewRoom(chat, address);
			const make = () => store.createRoom(user.id, `~${random()}`, title, Date.now());
			const room = await storage.store('room:create', data, make, { isNew: isMembership });
			if (room === 'forbidden') throw new RejectionError('forbidden', TOO_MANY_ROOMS);
			enter(chat, user.id, room);
			return { room: room.room, title };
		}),

		'room:rename': handler(RenameRoom, async ({ room, title }, socket) => {
			if (isSubscribed(socket, room)) admitDeliveries(chat, socket, 'ask', [room]);
			allow(await store.retitle(socket.data.user.id, room, title));
			namespace.local.to(roomChannel(room)).emit('room:changed', { room, title });
			peers.tell('room:change', { room });
			return { title };
		}),

		'room:close': handler(CloseRoom, async ({ room }, { data }) => {
			// Before it is done: an answer of the store may be lost.
			if (data.isOperator) log.warn({ operator: data.user.id, room }, 'The operator closes a room');
			allow(await store.closeRoom(actorOf(data), room, Date.now()));
			await revocations.told();
			return {};
		}),

		'room:members': handler(ListMembers, async ({ room }, { data: { user } }) =>
			allow(await store.membersOf(user.id, room))
		),

		'room:remove': handler(RemoveMember, async ({ room, userId }, { data: { user } }) => {
			allow(await store.removeMember(user.id, room, userId));
			await revocations.told();
			return {};
		}),

		'room:invite': handler(Invite, async ({ room }, { data }) => {
			const [invitation, secret] = [random(), random()];
			const made = { id: invitation, secretHash: hash(secret), createdAt: Date.now() };
			const invite = () => store.invite(data.user.id, room, made);
			const outcome = await storage.store('room:invite', data, invite, { isNew: (result) => result === 'done' });
			if (outcome === 'full') {
				throw new RejectionError('forbidden', `a room has ${MAX_INVITATIONS} invitations at most: revoke one`);
			}
			allow(outcome);
			return { invitation, secret };
		}),

		'room:revoke': handler(Revoke, async ({ room, invitation }, { data: { user } }) => {
			allow(await store.revoke(user.id, room, invitation ?? null));
			return {};
		}),

		'room:preview': handler(PreviewInvitation, async ({ secret }, { data: { user } }) => {
			const preview = await store.preview(user.id, hash(secret));
			if (preview === 'not_found') throw new RejectionError('not_found', NO_SUCH_INVITATION);
			return preview;
		}),

		'room:accept': handler(AcceptInvitation, async ({ secret }, { data }) => {
			const { user } = data;
			const accept = () => store.accept(user.id, hash(secret));
			const joined = await storage.store('room:accept', data, accept, { isNew: isMembership });
			if (joined === 'not_found') throw new RejectionError('not_found', NO_SUCH_INVITATION);
			if (joined === 'forbidden')
				throw new RejectionError('forbidden', `${TOO_MANY_ROOMS}, and a room has its limit too`);
			enter(chat, user.id, joined);
			return { room: joined.room, title: joined.title };
		})
	};
}

/** What a store answers with, unless it rejects the request. @throws {RejectionError} */
function allow<Result>(result: Result | Denied): Exclude<Result, Denied> {
	if (result === 'not_found') throw new RejectionError('not_found', NO_SUCH_ROOM);
	if (result === 'forbidden') throw new RejectionError('forbidden', 'only the owner of a room may do that');
	return result as Exclude<Result, Denied>;
}
