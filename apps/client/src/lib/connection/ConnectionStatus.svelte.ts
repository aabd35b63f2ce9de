import { untrack } from 'svelte';
import type { ReactiveValue } from '#lib/socket/ReactiveValue.ts';
import { isRejection } from './is-rejection.ts';

/** The values of a connection that the status depends on. */
export interface ConnectionSource {
	transport: ReactiveValue<string | undefined>;
	/** The reason why there is no connection; undefined while connected, and before the first attempt has failed. */
	error: ReactiveValue<Error | undefined>;
	roundTripMs: ReactiveValue<number | undefined>;
}

export type StatusName = 'connecting' | 'connected' | 'polling' | 'reconnecting' | 'back' | 'rejected';

/** A problem that ends within this time is not shown. */
export const PROBLEM_DELAY_MS = 1_000;

/** The status `back` is shown for this time. */
export const BACK_MS = 5_000;

/** The displayed status of a connection. It lives as long as the component that creates it. */
export class ConnectionStatus {
	readonly #connection: () => ConnectionSource;
	/** The current transport, or `down`. */
	readonly #now = $derived.by(() => (this.#connection().error.current ? 'down' : this.#connection().transport.current));
	/** The problem, once it has lasted for `PROBLEM_DELAY_MS`. */
	#problem = $state<'down' | 'polling'>();
	#lastTransport = $state<string>();
	#lastRoundTripMs = $state<number>();
	#backSinceMs = $state<number>();
	#hasReturned = false;

	/**
	 * @param caughtUp returns the number of messages that were missed without a connection
	 */
	constructor(connection: () => ConnectionSource, caughtUp: () => number | undefined) {
		this.#connection = connection;
		$effect(() => this.#watch(this.#now));
		$effect(() => {
			this.#lastRoundTripMs = connection().roundTripMs.current ?? untrack(() => this.#lastRoundTripMs);
		});
		$effect(() => {
			if ((caughtUp() ?? 0) > 0 && this.#hasReturned) this.#backSinceMs = performance.now();
		});
		$effect(() => {
			if (this.#backSinceMs === undefined) return;
			const timer = setTimeout(() => (this.#backSinceMs = undefined), BACK_MS);
			return () => clearTimeout(timer);
		});
	}

	get current(): StatusName {
		if (this.error) return isRejection(this.error) ? 'rejected' : 'reconnecting';
		if (this.#backSinceMs !== undefined) return 'back';
		if (this.#problem === 'polling') return 'polling';
		return this.#lastTransport ? 'connected' : 'connecting';
	}

	/** The reason why there is no connection, once it is shown. */
	get error(): Error | undefined {
		return this.#problem === 'down' ? this.#connection().error.current : undefined;
	}

	/** The last transport. */
	get transport(): string | undefined {
		return this.#lastTransport;
	}

	/** The last measured round trip, perhaps of an earlier connection. */
	get roundTripMs(): number | undefined {
		return this.#lastRoundTripMs;
	}

	#watch(now: string | undefined): (() => void) | undefined {
		if (now !== 'down') this.#lastTransport = now;
		if (now !== 'down' && now !== 'polling') return undefined;
		const timer = setTimeout(() => (this.#problem = now), PROBLEM_DELAY_MS);
		return () => {
			clearTimeout(timer);
			if (now === 'down') this.#hasReturned = true;
			if (this.#problem === 'down') this.#backSinceMs = performance.now();
			this.#problem = undefined;
		};
	}
}
