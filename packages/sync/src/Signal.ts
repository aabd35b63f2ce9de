/** Tells its listeners that something changed; they read what they need. */
export class Signal {
	readonly #listeners = new Set<() => void>();

	/** Calls back after each change. @returns the function that ends it */
	on(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	fire(): void {
		for (const listener of this.#listeners) listener();
	}
}
