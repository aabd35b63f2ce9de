import type { Socket } from 'socket.io-client';

/**
 * Brings a socket back that the server closed or refused: the two cases in which Socket.IO itself stays
 * away. It keeps to the options of the reconnection, and its pauses double, so that a server that closes
 * every connection at once is not knocked at for ever in the same rhythm.
 * @returns the function that ends it
 */
export function reopenWhenTurnedAway(socket: Socket): () => void {
	const { io: manager } = socket;
	let attempts = 0;
	let connectedAtMs = 0;
	let pause: ReturnType<typeof setTimeout> | undefined;

	function reopen() {
		if (!manager.reconnection() || attempts >= manager.reconnectionAttempts()) return;
		const pauseMs = manager.reconnectionDelay() * 2 ** attempts;
		attempts += 1;
		pause = setTimeout(() => socket.connect(), Math.min(pauseMs, manager.reconnectionDelayMax()));
	}

	socket.on('connect', () => {
		connectedAtMs = performance.now();
	});
	socket.on('disconnect', (reason) => {
		// A connection that lasted was no knock.
		if (performance.now() - connectedAtMs > manager.reconnectionDelayMax()) attempts = 0;
		if (reason === 'io server disconnect') reopen();
	});
	socket.on('connect_error', () => {
		if (!socket.active) reopen();
	});

	return () => clearTimeout(pause);
}
