import type { Socket } from 'socket.io-client';

/** The events of a window after which the network may have changed or the page is visible again. */
const WAKES: Record<string, (event: Event) => boolean> = {
	online: () => true,
	offline: () => true,
	// The event bubbles up from the document.
	visibilitychange: ({ target }) => (target as Document).visibilityState === 'visible',
	// Only a page from the back/forward cache has an old connection.
	pageshow: (event) => (event as PageTransitionEvent).persisted
};

/**
 * Calls back when a page wakes, and when the browser reports that the network is gone.
 * @param page the window of the page; without a window the callback is never called
 * @returns the function that unsubscribes
 */
export function onWake(page: EventTarget | undefined, wake: (isOffline: boolean) => void): () => void {
	const end = new AbortController();
	for (const [name, isWake] of Object.entries(WAKES)) {
		const listener = (event: Event) => {
			if (isWake(event)) wake(name === 'offline');
		};
		page?.addEventListener(name, listener, { signal: end.signal });
	}
	return () => end.abort();
}

/**
 * Replaces a connection that died during a sleep, and attempts to connect when there is no connection. It also replaces a
 * connection whose network is reported to be gone, because the next heartbeat may be 25 s away. When that report is wrong,
 * the next connection opens before the page shows a problem. Engine.IO does the same, but not for `localhost`.
 * @param attempt attempts at once to connect
 */
export function wakeUp(socket: Socket, attempt: () => void, isOffline: boolean): void {
	const { engine } = socket.io;
	if (!socket.connected) {
		attempt();
	} else if (isOffline ? socket.io.reconnection() : engine._hasPingExpired()) {
		// `_hasPingExpired` makes the engine close itself. The microtask runs after Socket.IO has started its delay. After a
		// `disconnect()` the socket is not active.
		socket.once('disconnect', () => {
			queueMicrotask(() => {
				if (socket.active) attempt();
			});
		});
		if (isOffline) engine.transport.close();
	}
}
