import { kindOf, type RequestKind, type RequestName } from '@digda/protocol';
import { RejectionError } from '../rejection.ts';
import type { ChatSocket, Shared } from './chat-types.ts';
import { connectionOf } from './connection.ts';

/** Makes what lets a request of the chat through at its time. */
export function admitRequests(shared: Shared): (socket: ChatSocket, event: string) => void {
	return (socket, event) => {
		const { user, address } = socket.data;
		// `typing:set` is no request, and counts as one.
		const kind = kindOf(event as RequestName);
		const waitMs = shared.limits.request(kind, user.id, address);
		if (waitMs > 0) rejectUntil(shared, socket, kind, waitMs, 'too many requests at once');
	};
}

/**
 * Tells somebody to wait with requests of a kind, and counts it when they did not wait before.
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
