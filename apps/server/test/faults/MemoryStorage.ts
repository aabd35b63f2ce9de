import type { Change, OutboxStorage, StoredEntry } from '@digda/sync';

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
			change: (id, to) => access(() => this.#change(id, to))
		};
		return { storage, end: () => void (page.isOver = true) };
	}

	#change(id: string, to: Change): StoredEntry | undefined {
		let changed: StoredEntry | undefined;
		this.#entries = this.#entries.flatMap((entry) => {
			if (entry.id !== id) return entry;
			changed = structuredClone(to(structuredClone(entry)));
			return changed ?? [];
		});
		return changed;
	}
}
