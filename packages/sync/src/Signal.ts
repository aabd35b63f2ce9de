/** An event with any number of subscribers. A signal of changes has no value: subscribers read the state themselves. */
export class Signal<Value = void> {
	readonly #listeners = new Set<(value: Value) => void>();

	/** Calls back each time it fires. @returns the function that unsubscribes */
	on(listener: (value: Value) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	fire(value: Value): void {
		for (const listener of this.#listeners) listener(value);
	}
}
