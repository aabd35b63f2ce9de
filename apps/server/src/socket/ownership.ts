import { createHash, randomBytes } from 'node:crypto';
import {
	AcceptInvitation,
	CloseRoom,
	CreateRoom,
	Invite,
	ListMembers,
	MAX_INVITATIONS,
	MAX_ROOMS_PER_USER,
	RemoveMember,
	RenameRoom,
	Revoke
} from '@digda/protocol';
import { NO_SUCH_ROOM, Refusal } from '../refusal.ts';
import type { Denied, Membership } from '../store/store.ts';
import { roomChannel, socketsIn, subscribe, userChannel } from './channels.ts';
import { actorOf, type Chat, type ChatHandlers } from './chat-types.ts';
import { handler } from './events.ts';

const TOO_MANY = `one can be in ${MAX_ROOMS_PER_USER} rooms at most`;

/** 128 bits: nobody guesses one. */
const random = () => randomBytes(16).toString('base64url');

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
	| 'room:accept'
> {
	const { namespace, store, limits, peers, departures, log } = chat;

	/** On all connections of a person, at once. */
	function enter(userId: string, membership: Membership): void {
		subscribe(chat, socketsIn(namespace, userChannel(userId)), membership);
		peers.tell('user:change', { userId });
	}

	return {
		'room:create': handler(CreateRoom, async ({ title }, { data: { user, address } }) => {
			const waitMs = limits.byAddress('room', address);
			if (waitMs > 0) throw new Refusal('unavailable', 'too many new rooms from this address', Math.ceil(waitMs));
			const room = await store.createRoom(user.id, `~${random()}`, title, Date.now());
			if (room === 'forbidden') throw new Refusal('forbidden', TOO_MANY);
			enter(user.id, room);
			return { room: room.room, title };
		}),

		'room:rename': handler(RenameRoom, async ({ room, title }, { data: { user } }) => {
			allow(await store.retitle(user.id, room, title));
			namespace.local.to(roomChannel(room)).emit('room:changed', { room, title });
			peers.tell('room:change', { room });
			return { title };
		}),

		'room:close': handler(CloseRoom, async ({ room }, { data }) => {
			allow(await store.closeRoom(actorOf(data), room));
			if (data.isOperator) log.warn({ operator: data.user.id, room }, 'The operator closed a room');
			await departures.told();
			return {};
		}),

		'room:members': handler(ListMembers, async ({ room }, { data: { user } }) =>
			allow(await store.membersOf(user.id, room))
		),

		'room:remove': handler(RemoveMember, async ({ room, userId }, { data: { user } }) => {
			allow(await store.removeMember(user.id, room, userId));
			await departures.told();
			return {};
		}),

		'room:invite': handler(Invite, async ({ room }, { data: { user } }) => {
			const [invitation, secret] = [random(), random()];
			const made = { id: invitation, secretHash: hash(secret), createdAt: Date.now() };
			const outcome = await store.invite(user.id, room, made);
			if (outcome === 'full') {
				throw new Refusal('forbidden', `a room has ${MAX_INVITATIONS} invitations at most: revoke one`);
			}
			allow(outcome);
			return { invitation, secret };
		}),

		'room:revoke': handler(Revoke, async ({ room, invitation }, { data: { user } }) => {
			allow(await store.revoke(user.id, room, invitation ?? null));
			return {};
		}),

		'room:accept': handler(AcceptInvitation, async ({ secret }, { data: { user } }) => {
			const joined = await store.accept(user.id, hash(secret));
			if (joined === 'not_found') throw new Refusal('not_found', 'there is no such invitation');
			if (joined === 'forbidden') throw new Refusal('forbidden', `${TOO_MANY}, and a room has its limit too`);
			enter(user.id, joined);
			return { room: joined.room, title: joined.title };
		})
	};
}

/** What a store answers with, unless it denies it. @throws {Refusal} */
function allow<Result>(result: Result | Denied): Exclude<Result, Denied> {
	if (result === 'not_found') throw new Refusal('not_found', NO_SUCH_ROOM);
	if (result === 'forbidden') throw new Refusal('forbidden', 'only the owner of a room may do that');
	return result as Exclude<Result, Denied>;
}

/** A secret is random, so nobody can guess it back from a plain hash. */
function hash(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}
