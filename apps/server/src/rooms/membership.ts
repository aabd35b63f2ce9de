import { MAX_ROOMS_PER_USER } from '@digda/protocol';
import { NO_SUCH_ROOM, RejectionError } from '../rejection.ts';
import { socketsIn, subscribe, userChannel } from '../socket/channels.ts';
import type { Chat } from '../socket/chat-types.ts';
import type { Rejected, Membership } from '../store/store.ts';

export const TOO_MANY_ROOMS = `one can be in ${MAX_ROOMS_PER_USER} rooms at most`;

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

/** Passes the answer of a store on, unless that rejects the request. @throws {RejectionError} */
export function allow<Result>(result: Result | Rejected): Exclude<Result, Rejected> {
	if (result === 'not_found') throw new RejectionError('not_found', NO_SUCH_ROOM);
	if (result === 'forbidden') throw new RejectionError('forbidden', 'only the owner of a room may do that');
	return result as Exclude<Result, Rejected>;
}
