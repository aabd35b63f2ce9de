import type { Manager } from 'socket.io-client';

/** However slow a line is, an attempt ends after this long, for it may wait on a network that is gone. */
const MAX_ATTEMPT_MS = 10_000;

/**
 * After an attempt that timed out, the next one begins with the next transport and has twice the time.
 * Socket.IO's `tryAllTransports` acts when WebSocket is rejected; a proxy that swallows it gives no error,
 * only silence, and so does a slow line. Where WebSocket works after all, polling is upgraded to it as usual.
 */
export function fallBackOnSilence(manager: Manager): void {
	manager.on('error', ({ message }) => {
		if (message !== 'timeout') return;
		const [first, ...others] = manager.opts.transports ?? [];
		// The same list in another order; Socket.IO's type cannot say that.
		manager.opts.transports = [...others, first] as NonNullable<typeof manager.opts.transports>;
		manager.timeout(Math.min(2 * Number(manager.timeout()), MAX_ATTEMPT_MS));
	});
}
