import { kindOf, type RequestName } from '@digda/protocol';
import { Refusal } from '../refusal.ts';
import type { ChatSocket, Shared } from './chat-types.ts';
import { connectionOf } from './connection.ts';

/** Makes what lets a request of the chat through at its time, and counts those that come before the time they were told. */
export function admitRequests({ limits, conduct }: Shared): (socket: ChatSocket, event: string) => void {
	return (socket, event) => {
		const { user, address } = socket.data;
		// `typing:set` is no request, and counts as one.
		const kind = kindOf(event as RequestName);
		const waitMs = limits.request(kind, user.id, address);
		if (waitMs === 0) return;
		const now = performance.now();
		const waitUntilMs = (socket.data.waitUntilMs ??= {});
		if (now < (waitUntilMs[kind] ?? 0)) conduct.offend(connectionOf(socket), 'early');
		waitUntilMs[kind] = now + waitMs;
		throw new Refusal('rate_limited', 'too many requests at once', Math.ceil(waitMs));
	};
}
