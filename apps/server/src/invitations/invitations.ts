import { AcceptInvitation, Invite, MAX_INVITATIONS, PreviewInvitation, Revoke } from '@digda/protocol';
import { RejectionError } from '../rejection.ts';
import { allow, enter, isMembership, TOO_MANY_ROOMS } from '../rooms/membership.ts';
import { hash, randomSecret } from '../sessions/secret.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';

const NO_SUCH_INVITATION = 'there is no such invitation';

/** Creates an invitation to a private room. Only this reply contains its secret. */
export function invite({ store, storage }: Chat): ChatHandler<'room:invite'> {
	return handler(Invite, async ({ room, expiresIn, maxUses = null }, { data }) => {
		const [invitation, secret] = [randomSecret(), randomSecret()];
		const createdAt = Date.now();
		const expiresAt = expiresIn === undefined ? null : createdAt + expiresIn;
		const made = { id: invitation, secretHash: hash(secret), createdAt, expiresAt, maxUses };
		const make = () => store.invite(data.user.id, room, made);
		const outcome = await storage.store('room:invite', data, make, { isNew: (result) => result === 'done' });
		if (outcome === 'full') {
			throw new RejectionError('forbidden', `a room has at most ${MAX_INVITATIONS} invitations: revoke one`);
		}
		allow(outcome);
		return { invitation, secret };
	});
}

/** Revokes an invitation, or all of a room. */
export function revokeInvitation({ store }: Chat): ChatHandler<'room:revoke'> {
	return handler(Revoke, async ({ room, invitation }, { data: { user } }) => {
		allow(await store.revoke(user.id, room, invitation ?? null));
		return {};
	});
}

/** Describes the room of an invitation. */
export function previewInvitation({ store }: Chat): ChatHandler<'room:preview'> {
	return handler(PreviewInvitation, async ({ secret }, { data: { user } }) => {
		const preview = await store.preview(user.id, hash(secret), Date.now());
		if (preview === 'not_found') throw new RejectionError('not_found', NO_SUCH_INVITATION);
		return preview;
	});
}

/** Makes the person with the secret a member. */
export function acceptInvitation(chat: Chat): ChatHandler<'room:accept'> {
	const { store, storage } = chat;
	return handler(AcceptInvitation, async ({ secret }, { data }) => {
		const { user } = data;
		const accept = () => store.accept(user.id, hash(secret), Date.now());
		const joined = await storage.store('room:accept', data, accept, { isNew: isMembership });
		if (joined === 'not_found') throw new RejectionError('not_found', NO_SUCH_INVITATION);
		if (joined === 'forbidden') throw new RejectionError('forbidden', `${TOO_MANY_ROOMS}, or the room is full`);
		enter(chat, user.id, joined);
		return { room: joined.room, title: joined.title };
	});
}
