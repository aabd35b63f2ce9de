import type { Socket } from 'socket.io-client';

/** Which events of a window mean that the network is there again, or that somebody looks at the page again. */
const WAKES: Record<string, (event: Event) => boolean> = {
	online: () => true,
	// It comes up from the document.
	visibilitychange: ({ target }) => (target as Document).visibilityState === 'visible',
	// Out of the browser's cache; any other page is new and has nothing that slept.
	pageshow: (event) => (event as PageTransitionEvent).persisted
};

/**
 * Calls back when a page wakes.
 * @param page its window; without one it never calls
 * @returns the function that ends it
 */
export function onWake(page: EventTarget | undefined, wake: () => void): () => void {
	const end = new AbortController();
	for (const [name, isWake] of Object.entries(WAKES)) {
		const hear = (event: Event) => {
			if (isWake(event)) wake();
		};
		page?.addEventListener(name, hear, { signal: end.signal });
	}
	return () => end.abort();
}

/**
 * Replaces a connection that died in a sleep and does not know it yet; where there is none, one is attempted.
 * @param attempt attempts at once to connect
 */
export function wakeUp(socket: Socket, attempt: () => void): void {
	if (!socket.connected) {
		attempt();
	} else if (socket.io.engine._hasPingExpired()) {
		// Asked, the engine closes itself. Then it is replaced, but not before Socket.IO has begun its pause, and not when
		// somebody has disconnected.
		socket.once('disconnect', () => queueMicrotask(() => socket.active && attempt()));
	}
}
