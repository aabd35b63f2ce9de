import { createSubscriber } from 'svelte/reactivity';
import type { Readable, Subscriber, Unsubscriber } from 'svelte/store';

/**
 * A value that lives elsewhere, readable as a store (`$value`) and as a rune (`value.current`). It keeps no
 * copy: it reads when asked, and asks again when it hears of a change.
 */
export class ReactiveValue<Value> implements Readable<Value> {
	readonly #read: () => Value;
	readonly #onChange: (changed: () => void) => Unsubscriber;
	readonly #track: () => void;

	/**
	 * @param read answers with the value as it is now
	 * @param onChange calls back when the value may have changed, until the function that it returns is called
	 */
	constructor(read: () => Value, onChange: (changed: () => void) => Unsubscriber) {
		this.#read = read;
		this.#onChange = onChange;
		this.#track = createSubscriber((update) => this.#listen(update));
	}

	get current(): Value {
		this.#track();
		return this.#read();
	}

	subscribe(run: Subscriber<Value>): Unsubscriber {
		run(this.#read());
		return this.#listen(run);
	}

	/** Calls back with every value that differs from the one before. */
	#listen(run: Subscriber<Value>): Unsubscriber {
		let last = this.#read();
		return this.#onChange(() => {
			const value = this.#read();
			if (value !== last) run((last = value));
		});
	}
}
