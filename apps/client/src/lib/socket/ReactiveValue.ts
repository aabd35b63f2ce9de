import { createSubscriber } from 'svelte/reactivity';
import type { Readable, Subscriber, Unsubscriber } from 'svelte/store';

/**
 * A value outside of Svelte, readable as a store (`$value`) and as a rune (`value.current`). It keeps no copy: it reads the
 * value on each access and on each change.
 */
export class ReactiveValue<Value> implements Readable<Value> {
	readonly #read: () => Value;
	readonly #onChange: (changed: () => void) => Unsubscriber;
	readonly #track: () => void;

	/**
	 * @param read returns the current value
	 * @param onChange subscribes to possible changes, and returns the function that unsubscribes
	 */
	constructor(read: () => Value, onChange: (changed: () => void) => Unsubscriber) {
		this.#read = read;
		this.#onChange = onChange;
		this.#track = createSubscriber((update) => this.#subscribe(update));
	}

	/** Wraps an object that signals its own changes. */
	static of<Value extends { readonly changes: { on: (changed: () => void) => Unsubscriber } }>(
		value: Value
	): ReactiveValue<Value> {
		return new ReactiveValue(
			() => value,
			(changed) => value.changes.on(changed)
		);
	}

	get current(): Value {
		this.#track();
		return this.#read();
	}

	subscribe(run: Subscriber<Value>): Unsubscriber {
		run(this.#read());
		return this.#subscribe(run);
	}

	/** Subscribes to values that differ from the last one. An object always counts as different, as in Svelte's stores. */
	#subscribe(run: Subscriber<Value>): Unsubscriber {
		let last = this.#read();
		return this.#onChange(() => {
			const value = this.#read();
			if (value === last && typeof value !== 'object') return;
			last = value;
			run(value);
		});
	}
}
