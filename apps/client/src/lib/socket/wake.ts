import type { Socket } from 'socket.io-client';

/** Which events of a window mean that the network has changed, or that somebody looks at the page again. */
const WAKES: Record<string, (event: Event) => boolean> = {
	online: () => true,
	offline: () => true,
	// It comes up from the document.
	visibilitychange: ({ target }) => (target as Document).visibilityState === 'visible',
	// Out of the browser's cache; any other page is new and has nothing that slept.
	pageshow: (event) => (event as PageTransitionEvent).persisted
};

/**
 * Calls back when a page wakes, and when its network is said to be gone.
 * @param page its window; without one it never calls
 * @returns the function that ends it
 */
export function onWake(page: EventTarget | undefined, wake: (isOffline: boolean) => void): () => void {
	const end = new AbortController();
	for (const [name, isWake] of Object.entries(WAKES)) {
		const hear = (event: Event) => {
			if (isWake(event)) wake(name === 'offline');
		};
		page?.addEventListener(name, hear, { signal: end.signal });
	}
	return () => end.abort();
}

/**
 * Replaces a connection that died in a sleep and does not know it yet; where there is none, one is attempted. One whose
 * network is said to be gone is replaced too: the next heartbeat may be 25 s away. Browsers are sometimes wrong about
 * the network; then the next connection is there before anybody is told. Engine.IO closes it by itself, but not for
 * `localhost`.
 * @param attempt attempts at once to connect
 */
export function wakeUp(socket: Socket, attempt: () => void, isOffline: boolean): void {
	const { engine } = socket.io;
	if (!socket.connected) {
		attempt();
	} else if (isOffline ? socket.io.reconnection() : engine._hasPingExpired()) {
		// Asked for its heartbeat, the engine closes itself. Then it is replaced, but not before Socket.IO has begun its
		// pause, and not when somebody has disconnected.
		socket.once('disconnect', () => queueMicrotask(() => socket.active && attempt()));
		if (isOffline) engine.transport.close();
	}
}
