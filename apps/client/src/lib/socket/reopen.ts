import type { Socket } from 'socket.io-client';

/** An attempt that is younger than this may still succeed; whoever flips between tabs must not begin it again. */
const FIRST_MOMENTS_MS = 3_000;

/** A server that rejects a connection may say for how long it does not want to be asked again. */
type RejectionError = Error & { data?: { retryAfterMs?: number } };

/** What brings a connection back. */
export interface Reopening {
	/**
	 * Attempts at once instead of after the pause, or as soon as a server that asked to wait may be asked again. The
	 * pauses and the attempts are counted anew, also when they were used up: they were meant for a world that has
	 * changed since. Without reconnection it does nothing.
	 */
	now: () => void;
	/** Ends it. */
	stop: () => void;
}

/**
 * Brings a socket back that the server closed or rejected: the two cases in which Socket.IO itself stays
 * away. It keeps to the options of the reconnection, and its pauses double, so that a server that closes
 * every connection at once is not knocked at for ever in the same rhythm.
 */
export function reopenWhenTurnedAway(socket: Socket): Reopening {
	const { io: manager } = socket;
	let attempts = 0;
	let connectedAtMs = 0;
	let pause: ReturnType<typeof setTimeout> | undefined;
	/** By the clock of the day, which goes on while the machine sleeps. */
	let attemptedAtMs = Date.now();
	/** Whether the next attempt comes without a pause, should the one that is under way fail. */
	let isUrgent = false;
	/** Until when the server asked to wait, by the clock of the day. */
	let notBeforeMs = 0;

	function attempt() {
		clearTimeout(pause);
		attemptedAtMs = Date.now();
		socket.connect();
	}

	function attemptIn(ms: number) {
		clearTimeout(pause);
		pause = setTimeout(attempt, Math.max(ms, notBeforeMs - Date.now()));
	}

	function reopen() {
		if (!manager.reconnection() || attempts >= manager.reconnectionAttempts()) return;
		const pauseMs = manager.reconnectionDelay() * 2 ** attempts;
		attempts += 1;
		attemptIn(Math.min(pauseMs, manager.reconnectionDelayMax()));
	}

	function now() {
		if (!manager.reconnection()) return;
		const isUnderWay = ['opening', 'open'].includes(manager.engine.readyState);
		isUrgent = isUnderWay && Date.now() - attemptedAtMs < FIRST_MOMENTS_MS;
		if (isUrgent) return;
		attempts = 0;
		socket.disconnect(); // ends the pause of the manager, or the attempt; it was not connected, so nobody hears of it
		if (Date.now() < notBeforeMs) attemptIn(0);
		else attempt();
	}

	manager.on('reconnect_attempt', () => {
		attemptedAtMs = Date.now();
	});
	socket.on('connect', () => {
		connectedAtMs = performance.now();
		isUrgent = false;
	});
	socket.on('disconnect', (reason) => {
		// A connection that lasted was no knock.
		if (performance.now() - connectedAtMs > manager.reconnectionDelayMax()) attempts = 0;
		if (reason === 'io server disconnect') reopen();
	});
	socket.on('connect_error', ({ data }: RejectionError) => {
		notBeforeMs = Date.now() + (data?.retryAfterMs ?? 0);
		if (!socket.active) reopen();
		// Not before Socket.IO has begun its pause, and not when somebody has disconnected.
		queueMicrotask(() => isUrgent && now());
	});

	return {
		now,
		stop() {
			clearTimeout(pause);
			isUrgent = false;
		}
	};
}
