import {
	isMessage,
	type Follow,
	type KeyedEntry,
	type OutboxStorage,
	type StoredEntry,
	type Update
} from '@digda/sync';
import { textOf } from './text-of.ts';

/** The outbox on the disk of a browser: it outlives its pages. */
export class MemoryStorage {
	/** The texts of the messages that were added, in that order. */
	readonly taken: string[] = [];
	#rows: KeyedEntry[] = [];
	#lastKey = 0;

	/** The entries that are on the disk now. */
	get entries(): readonly StoredEntry[] {
		return this.#rows.map(({ entry }) => entry);
	}

	/** The storage as one page has it. @returns it, and the function that ends the page in the middle of anything */
	open(): { storage: OutboxStorage; end: () => void } {
		const page = { isOver: false };
		// A page that has ended neither writes nor gets a reply.
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
			load: (after) => access(() => structuredClone(this.#rows.filter(({ key }) => key > after))),
			add: (entry) => access(() => this.#add(structuredClone(entry))),
			change: (id, update, follow) => access(() => this.#change(id, update, follow))
		};
		return { storage, end: () => void (page.isOver = true) };
	}

	#add(entry: StoredEntry): number {
		if (isMessage(entry)) this.taken.push(textOf(entry));
		this.#lastKey += 1;
		this.#rows.push({ key: this.#lastKey, entry });
		return this.#lastKey;
	}

	#change(id: string, update: Update, follow?: Follow): StoredEntry | undefined {
		const row = this.#rows.find(({ entry }) => entry.id === id);
		if (!row) return undefined;
		const changed = structuredClone(update(structuredClone(row.entry)));
		if (changed) row.entry = changed;
		else this.#rows = this.#rows.filter((each) => each !== row);
		for (const each of follow ? this.#rows : []) if (each !== row) each.entry = follow?.(each.entry) ?? each.entry;
		return structuredClone(changed);
	}
}
