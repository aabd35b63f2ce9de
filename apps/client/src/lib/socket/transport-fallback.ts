import type { Manager } from 'socket.io-client';

/** The maximum timeout of an attempt, because the network may be gone. */
const MAX_ATTEMPT_MS = 10_000;

/**
 * Starts the attempt after a timeout with the next transport and twice the timeout. Socket.IO's `tryAllTransports` only
 * handles a rejected WebSocket. A slow connection, or a proxy that swallows WebSocket, causes no error but a timeout.
 * Polling is upgraded as usual if WebSocket works after all.
 */
export function fallBackOnSilence(manager: Manager): void {
	manager.on('error', ({ message }) => {
		if (message !== 'timeout') return;
		const [first, ...others] = manager.opts.transports ?? [];
		// The rotated list has the same items; Socket.IO's type cannot express that.
		manager.opts.transports = [...others, first] as NonNullable<typeof manager.opts.transports>;
		manager.timeout(Math.min(2 * Number(manager.timeout()), MAX_ATTEMPT_MS));
	});
}
