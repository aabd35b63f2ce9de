import { itemsWith, readItem, writeItem } from '#lib/local-storage.ts';

const PREFIX = 'digda:draft:';

/**
 * What is written in each room and not sent. A tab keeps its own drafts over a reload; a new tab takes up the last one that
 * any tab has written, so that a draft outlives its tab.
 */
export class Drafts {
	#texts: Readonly<Record<string, string>> = $state.raw(
		Object.fromEntries([...itemsWith(PREFIX), ...itemsWith(PREFIX, 'sessionStorage')])
	);

	/** The rooms that have one. */
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
		// An empty one, too: the drafts of other tabs are none of this tab's after a reload.
		writeItem(key, text, 'sessionStorage');
		if (text !== '') writeItem(key, text);
		else if (readItem(key) === before) writeItem(key, undefined);
	}

	/** A text is in the outbox: it is no draft any more, unless another one has been begun. */
	settle(room: string, text: string): void {
		if (this.of(room) === text) this.write(room, '');
	}

	/** Another tab has sent or cleared its draft: one that this tab has written takes its place. */
	restore({ key, newValue }: Pick<StorageEvent, 'key' | 'newValue'>): void {
		if (!key?.startsWith(PREFIX) || newValue !== null) return;
		const own = readItem(key, 'sessionStorage');
		if (own) writeItem(key, own);
	}
}
