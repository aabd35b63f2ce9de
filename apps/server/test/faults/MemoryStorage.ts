import type { OutboxStorage, StoredEntry } from '@digda/sync';

/** What a browser keeps on its disk: it outlives its pages. */
export class MemoryStorage {
	#entries: StoredEntry[] = [];

	/** What is on the disk now. */
	get entries(): readonly StoredEntry[] {
		return this.#entries;
	}

	/** The storage as one page sees it. @returns it, and the function that ends the page in the middle of anything */
	open(): { storage: OutboxStorage; end: () => void } {
		const page = { isOver: false };
		// A page that is gone neither writes nor hears of what it wrote.
		const whileOpen = () =>
			new Promise<void>((resolve) =>
				setImmediate(() => {
					if (!page.isOver) resolve();
				})
			);
		const access = async <Result>(run: () => Result): Promise<Result> => {
			await whileOpen();
			const result = run();
			await whileOpen();
			return result;
		};
		const storage: OutboxStorage = {
			load: () => access(() => structuredClone(this.#entries)),
			add: (entry) => access(() => void this.#entries.push(structuredClone(entry))),
			update: (entry) => access(() => this.#replace(structuredClone(entry))),
			claim: (id) => access(() => this.#claim(id)),
			remove: (id) =>
				access(() => void (this.#entries = this.#entries.filter((entry) => entry.id !== id)))
		};
		return { storage, end: () => void (page.isOver = true) };
	}

	#replace(entry: StoredEntry): void {
		this.#entries = this.#entries.map((old) => (old.id === entry.id ? entry : old));
	}

	#claim(id: string): boolean {
		const entry = this.#entries.find((each) => each.id === id);
		if (entry) entry.wasSent = true;
		return entry !== undefined;
	}
}
