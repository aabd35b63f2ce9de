import { createSubscriber } from 'svelte/reactivity';
import type { Readable, Subscriber, Unsubscriber } from 'svelte/store';

/**
 * A value that lives outside of Svelte, readable as a store (`$value`) and as a rune (`value.current`). It keeps no copy: it reads
 * when it is asked, and again when it hears of a change.
 */
export class ReactiveValue<Value> implements Readable<Value> {
	readonly #read: () => Value;
	readonly #onChange: (changed: () => void) => Unsubscriber;
	readonly #track: () => void;

	/**
	 * @param read reads the value as it is now
	 * @param onChange calls back when the value may have changed, until the function that it returns is called
	 */
	constructor(read: () => Value, onChange: (changed: () => void) => Unsubscriber) {
		this.#read = read;
		this.#onChange = onChange;
		this.#track = createSubscriber((update) => this.#listen(update));
	}

	/** An object that signals its own changes. */
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
		return this.#listen(run);
	}

	/** Calls back with every value that differs from the one before. The same object may have changed, as in Svelte's stores. */
	#listen(run: Subscriber<Value>): Unsubscriber {
		let last = this.#read();
		return this.#onChange(() => {
			const value = this.#read();
			if (value === last && typeof value !== 'object') return;
			last = value;
			run(value);
		});
	}
}
