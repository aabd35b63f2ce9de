import { untrack } from 'svelte';
import type { ReactiveValue } from '#lib/socket/ReactiveValue.ts';
import { isRejection } from './explain-error.ts';

/** What is read of a connection. */
export interface ConnectionSource {
	transport: ReactiveValue<string | undefined>;
	/** Why there is no connection; undefined while there is one, and before the first attempt has failed. */
	error: ReactiveValue<Error | undefined>;
	roundTripMs: ReactiveValue<number | undefined>;
}

export type StatusName = 'connecting' | 'connected' | 'polling' | 'reconnecting' | 'back' | 'rejected';

/** What is mended within this time was never broken for the reader. */
export const BAD_NEWS_DELAY_MS = 1_000;

/** How long the reader is told that the connection is back. */
export const BACK_MS = 5_000;

/** What a reader is told of a connection, and when. It lives as long as the component that creates it. */
export class ConnectionStatus {
	readonly #line: () => ConnectionSource;
	/** What the connection runs over, or that it is down. */
	readonly #now = $derived.by(() => (this.#line().error.current ? 'down' : this.#line().transport.current));
	/** What is the matter, once it has lasted. */
	#trouble = $state<'down' | 'polling'>();
	#lastTransport = $state<string>();
	#lastRoundTripMs = $state<number>();
	#backSinceMs = $state<number>();
	#hasReturned = false;

	/**
	 * @param line the connection
	 * @param caughtUp how many messages the last absence missed
	 */
	constructor(line: () => ConnectionSource, caughtUp: () => number | undefined) {
		this.#line = line;
		$effect(() => this.#watch(this.#now));
		$effect(() => {
			this.#lastRoundTripMs = line().roundTripMs.current ?? untrack(() => this.#lastRoundTripMs);
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
		if (this.#trouble === 'polling') return 'polling';
		return this.#lastTransport ? 'connected' : 'connecting';
	}

	/** Why there is no connection, once the reader is told so. */
	get error(): Error | undefined {
		return this.#trouble === 'down' ? this.#line().error.current : undefined;
	}

	/** What the connection runs over, or ran over until a moment ago. */
	get transport(): string | undefined {
		return this.#lastTransport;
	}

	/** The round trip as it was last measured, also on an earlier connection. */
	get roundTripMs(): number | undefined {
		return this.#lastRoundTripMs;
	}

	#watch(now: string | undefined): (() => void) | undefined {
		if (now !== 'down') this.#lastTransport = now;
		if (now !== 'down' && now !== 'polling') return undefined;
		const timer = setTimeout(() => (this.#trouble = now), BAD_NEWS_DELAY_MS);
		return () => {
			clearTimeout(timer);
			if (now === 'down') this.#hasReturned = true;
			if (this.#trouble === 'down') this.#backSinceMs = performance.now();
			this.#trouble = undefined;
		};
	}
}
