import { MAX_ROOMS_PER_USER } from '@digda/protocol';
import { NO_SUCH_ROOM, RejectionError } from '../rejection.ts';
import { socketsIn, subscribe, userChannel } from '../socket/channels.ts';
import type { Chat } from '../socket/chat-types.ts';
import type { Rejected, Membership } from '../store/store.ts';

export const TOO_MANY_ROOMS = `a user can be a member of at most ${MAX_ROOMS_PER_USER} rooms`;

/** Whether the store's answer is a membership. */
export function isMembership(joined: Membership | string): boolean {
	return typeof joined !== 'string';
}

/** Subscribes all connections of a person to a room, on all nodes. */
export function enter(chat: Chat, userId: string, membership: Membership): void {
	subscribe(chat, socketsIn(chat.namespace, userChannel(userId)), membership);
	chat.nodes.send('user:change', { userId });
}

/** Counts a new room. @throws {RejectionError} the address has made too many rooms */
export function admitNewRoom({ limits }: Chat, address: string): void {
	const waitMs = limits.byAddress('room', address);
	// Not `rate_limited`, because the client would then hold back its other requests too.
	if (waitMs > 0) throw new RejectionError('unavailable', 'too many new rooms from this address', Math.ceil(waitMs));
}

/** Returns the store's answer, or throws its rejection. @throws {RejectionError} */
export function allow<Result>(result: Result | Rejected): Exclude<Result, Rejected> {
	if (result === 'not_found') throw new RejectionError('not_found', NO_SUCH_ROOM);
	if (result === 'forbidden') throw new RejectionError('forbidden', 'only the owner of a room may do that');
	return result as Exclude<Result, Rejected>;
}
