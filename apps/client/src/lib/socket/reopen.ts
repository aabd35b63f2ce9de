import type { Socket } from 'socket.io-client';

/** An attempt that is younger than this is not restarted when the reader switches between tabs. */
const MIN_ATTEMPT_MS = 3_000;

/** The error of a rejected connection, with the time after which the server accepts the next attempt. */
type RejectionError = Error & { data?: { retryAfterMs?: number } };

/** Controls the reconnection of a socket. */
export interface Reopening {
	/**
	 * Attempts to connect at once instead of after the delay, but not before a `retryAfterMs` of the server is over. It resets the
	 * backoff and the number of attempts. Without the option `reconnection` it does nothing.
	 */
	now: () => void;
	/** Stops the reconnection. */
	stop: () => void;
}

/**
 * Reconnects a socket that the server has closed or rejected. Socket.IO itself does not reconnect in these two cases. The
 * reconnection follows the options of the manager, with exponential backoff, also when each connection is closed at once.
 */
export function reopenWhenRejected(socket: Socket): Reopening {
	const { io: manager } = socket;
	let attempts = 0;
	let connectedAtMs = 0;
	let pause: ReturnType<typeof setTimeout> | undefined;
	/** The time of the last attempt. `Date.now()` also counts while the machine sleeps. */
	let attemptedAtMs = Date.now();
	/** Tells whether the next attempt starts without a delay when the current one fails. */
	let isUrgent = false;
	/** The earliest time of the next attempt, which the server has requested, as a `Date.now()`. */
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
		isUrgent = isUnderWay && Date.now() - attemptedAtMs < MIN_ATTEMPT_MS;
		if (isUrgent) return;
		attempts = 0;
		// This cancels the manager's delay or attempt. A socket that is not connected fires no `disconnect`.
		socket.disconnect();
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
		// A connection that lasted resets the backoff.
		if (performance.now() - connectedAtMs > manager.reconnectionDelayMax()) attempts = 0;
		if (reason === 'io server disconnect') reopen();
	});
	socket.on('connect_error', ({ data }: RejectionError) => {
		notBeforeMs = Date.now() + (data?.retryAfterMs ?? 0);
		if (!socket.active) reopen();
		// The microtask runs after Socket.IO has started its delay. `stop` resets `isUrgent`.
		queueMicrotask(() => {
			if (isUrgent) now();
		});
	});

	return {
		now,
		stop() {
			clearTimeout(pause);
			isUrgent = false;
		}
	};
}
