import type { EventEmitter } from 'node:events';
import type { ErrorLog } from './limits/LimitedLog.ts';

/** A function that is called with the arguments of an event, and by its emitter. */
type Listener<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

/**
 * Holds the errors of listeners. An error that no listener holds would end the process and with it the connections of
 * everybody; behind the boundary it is logged and ends the request or the connection that it belongs to.
 */
export class Boundary {
	readonly #log: ErrorLog;
	readonly #onFailure: () => void;

	/** @param onFailure is called for each error */
	constructor(log: ErrorLog, onFailure: () => void = ignore) {
		this.#log = log;
		this.#onFailure = onFailure;
	}

	/**
	 * Makes a listener that neither throws nor rejects.
	 * @param abandon is called after an error, as the listener was
	 */
	guard<This, Args extends unknown[]>(
		listener: Listener<This, Args, unknown>,
		abandon: Listener<This, Args, void> = ignore
	): Listener<This, Args, void> {
		const hold = (error: unknown, self: This, args: Args) => this.hold(error, () => abandon.apply(self, args));
		return function (this: This, ...args: Args) {
			try {
				const result = listener.apply(this, args);
				if (result instanceof Promise) result.catch((error: unknown) => hold(error, this, args));
			} catch (error) {
				hold(error, this, args);
			}
		};
	}

	/** Logs an error that was caught, and ends what it belongs to. */
	hold(error: unknown, abandon: () => void): void {
		this.#report(error);
		try {
			abandon();
		} catch (second) {
			this.#report(second);
		}
	}

	/**
	 * Makes a method `emit` that calls each listener behind the boundary, so that one that fails keeps no other from being
	 * called. An `error` event without a listener counts as a failure, too.
	 * @param abandon is called after an error with the emitter and the arguments of the event
	 */
	createEmit(abandon: (emitter: EventEmitter, args: unknown[]) => void): EventEmitter['emit'] {
		const emit = (emitter: EventEmitter, event: string | symbol, args: unknown[]): boolean => {
			const listeners = emitter.rawListeners(event);
			const failed = () => abandon(emitter, args);
			if (event === 'error' && listeners.length === 0) this.hold(args[0], failed);
			for (const listener of listeners) this.guard(() => listener.apply(emitter, args) as unknown, failed)();
			return listeners.length > 0;
		};
		return function (this: EventEmitter, event: string | symbol, ...args: unknown[]) {
			return emit(this, event, args);
		};
	}

	#report(err: unknown): void {
		this.#onFailure();
		this.#log.error({ err }, 'A listener failed');
	}
}

function ignore(): void {
	// There is nothing to end.
}
