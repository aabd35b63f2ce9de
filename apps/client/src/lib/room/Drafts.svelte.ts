import { itemsWith, readItem, writeItem } from '#lib/local-storage.ts';

const PREFIX = 'digda:draft:';

/**
 * The unsent text of each room. A tab keeps its own drafts over a reload. A new tab starts with the last draft of any tab, so a
 * draft survives its tab.
 */
export class Drafts {
	#texts: Readonly<Record<string, string>> = $state.raw(
		Object.fromEntries([...itemsWith(PREFIX), ...itemsWith(PREFIX, 'sessionStorage')])
	);

	/** The rooms with a draft. */
	get rooms(): readonly string[] {
		return Object.keys(this.#texts).filter((room) => this.#texts[room] !== '');
	}

	of(room: string): string {
		return this.#texts[room] ?? '';
	}

	write(room: string, text: string): void {
		const key = PREFIX + room;
		const before = this.of(room);
		this.#texts = { ...this.#texts, [room]: text };
		// An empty draft is stored, too, so that a reload does not restore the draft of another tab.
		writeItem(key, text, 'sessionStorage');
		if (text !== '') writeItem(key, text);
		else if (readItem(key) === before) writeItem(key, undefined);
	}

	/** Clears a draft whose text is in the outbox, unless the draft has changed since. */
	settle(room: string, text: string): void {
		if (this.of(room) === text) this.write(room, '');
	}

	/** Stores the draft of this tab again when another tab has removed its own. */
	restore({ key, newValue }: Pick<StorageEvent, 'key' | 'newValue'>): void {
		if (!key?.startsWith(PREFIX) || newValue !== null) return;
		const own = readItem(key, 'sessionStorage');
		if (own) writeItem(key, own);
	}
}
