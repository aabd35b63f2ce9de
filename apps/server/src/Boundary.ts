import type { EventEmitter } from 'node:events';
import type { ErrorLog } from './limits/LimitedLog.ts';

/** A listener of an event; `this` is the emitter. */
type Listener<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

/**
 * Catches the errors of listeners. An uncaught error would end the process and with it all connections. The boundary
 * logs it and ends only the request or the connection that caused it.
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
		const handle = (error: unknown, self: This, args: Args) => this.handle(error, () => abandon.apply(self, args));
		return function (this: This, ...args: Args) {
			try {
				const result = listener.apply(this, args);
				if (result instanceof Promise) result.catch((error: unknown) => handle(error, this, args));
			} catch (error) {
				handle(error, this, args);
			}
		};
	}

	/** Logs a caught error and ends the request or the connection that caused it. */
	handle(error: unknown, abandon: () => void): void {
		this.#report(error);
		try {
			abandon();
		} catch (second) {
			this.#report(second);
		}
	}

	/**
	 * Makes an `emit` that guards each listener, so that a failing listener does not prevent the calls of the others.
	 * An `error` event without a listener is also a failure.
	 * @param abandon is called after an error with the emitter and the arguments of the event
	 */
	createEmit(abandon: (emitter: EventEmitter, args: unknown[]) => void): EventEmitter['emit'] {
		const emit = (emitter: EventEmitter, event: string | symbol, args: unknown[]): boolean => {
			const listeners = emitter.rawListeners(event);
			const failed = () => abandon(emitter, args);
			if (event === 'error' && listeners.length === 0) this.handle(args[0], failed);
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
	// Deliberately empty: nothing to end.
}
