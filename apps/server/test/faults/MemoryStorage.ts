import type { Change, OutboxStorage, StoredEntry } from '@digda/sync';

/** What a browser keeps on its disk: it outlives its pages. */
export class MemoryStorage {
	/** The texts that it took, in that order. */
	readonly taken: string[] = [];
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
			add: (entry) => access(() => this.#add(structuredClone(entry))),
			change: (id, to) => access(() => this.#change(id, to))
		};
		return { storage, end: () => void (page.isOver = true) };
	}

	#add(entry: StoredEntry): void {
		this.taken.push(entry.text);
		this.#entries.push(entry);
	}

	#change(id: string, to: Change): StoredEntry | undefined {
		const place = this.#entries.findIndex((entry) => entry.id === id);
		const entry = this.#entries[place];
		const changed = entry && structuredClone(to(structuredClone(entry)));
		if (entry) this.#entries.splice(place, 1, ...(changed ? [changed] : []));
		return structuredClone(changed);
	}
}
