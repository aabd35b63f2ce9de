import { SvelteMap } from 'svelte/reactivity';
import { itemsWith, writeItem } from '#lib/local-storage.ts';

const PREFIX = 'digda:draft:';

/** What is written in each room and not sent; it survives a reload. */
export class Drafts {
	readonly #texts = new SvelteMap<string, string>(itemsWith(PREFIX));

	/** The rooms that have one. */
	get rooms(): readonly string[] {
		return [...this.#texts.keys()];
	}

	of(room: string): string {
		return this.#texts.get(room) ?? '';
	}

	write(room: string, text: string): void {
		if (text === '') this.#texts.delete(room);
		else this.#texts.set(room, text);
		writeItem(PREFIX + room, text || undefined);
	}

	/** A text is in the outbox: it is no draft any more, unless another one has been begun. */
	settle(room: string, text: string): void {
		if (this.of(room) === text) this.write(room, '');
	}
}
