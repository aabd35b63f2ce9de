import type { Exclusive } from '@digda/sync';

/** The locks of a browser, as Web Locks are: one page at a time holds a name, in the order in which they asked. */
export class Locks {
	/** Settles when whoever asked last for a name has given it back. */
	readonly #lasts = new Map<string, Promise<unknown>>();

	/** The locks as one page has them. @returns them, and the function that ends the page: what it held is free */
	open(): { exclusive: Exclusive; end: () => void } {
		const page = { isOver: false };
		const { promise: over, resolve } = Promise.withResolvers<undefined>();
		const exclusive: Exclusive = async (name, run) => {
			const before = this.#lasts.get(name) ?? Promise.resolve();
			// A page that is gone never has its turn.
			const turn = before.then(() => (page.isOver ? new Promise<never>(() => undefined) : run()));
			const done = Promise.race([turn.catch(() => undefined), over]);
			// A page that ends while it waits lets no other page in before those in front of it are done.
			this.#lasts.set(
				name,
				before.then(() => done)
			);
			await turn;
		};
		return {
			exclusive,
			end: () => {
				page.isOver = true;
				resolve(undefined);
			}
		};
	}
}
