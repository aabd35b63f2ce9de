import { kindOf, type RequestKind, type RequestName } from '@digda/protocol';
import { RejectionError } from '../rejection.ts';
import type { ChatSocket, Shared } from './chat-types.ts';
import { connectionOf } from './connection.ts';

/** Makes a function that counts a request of the chat and rejects an excess one. */
export function admitRequests(shared: Shared): (socket: ChatSocket, event: string) => void {
	return (socket, event) => {
		const { user, address } = socket.data;
		// `typing:set` counts as a request, although it has no reply.
		const kind = kindOf(event as RequestName);
		const waitMs = shared.limits.request(kind, user.id, address);
		if (waitMs > 0) rejectUntil(shared, socket, kind, waitMs, 'too many requests at once');
	};
}

/**
 * Rejects a request with a retry time. A request before the previous retry time counts as an offence.
 * @throws {RejectionError} always
 */
export function rejectUntil(
	{ conduct }: Pick<Shared, 'conduct'>,
	socket: ChatSocket,
	kind: RequestKind,
	waitMs: number,
	reason: string
): never {
	const now = performance.now();
	const waitUntilMs = (socket.data.waitUntilMs ??= {});
	if (now < (waitUntilMs[kind] ?? 0)) conduct.offend(connectionOf(socket), 'early');
	waitUntilMs[kind] = now + waitMs;
	throw new RejectionError('rate_limited', reason, Math.ceil(waitMs));
}
