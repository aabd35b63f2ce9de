import type { Signal } from '@digda/sync';
import { createSubscriber } from 'svelte/reactivity';

/** An object that tells of its changes, readable as a rune: whatever reads `current` follows them. Keeps no copy. */
export class Watched<Value extends { readonly changes: Signal }> {
	readonly #value: Value;
	readonly #track: () => void;

	constructor(value: Value) {
		this.#value = value;
		this.#track = createSubscriber((update) => value.changes.on(update));
	}

	get current(): Value {
		this.#track();
		return this.#value;
	}
}
