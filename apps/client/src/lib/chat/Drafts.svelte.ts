import { itemsWith, writeItem } from '#lib/local-storage.ts';

const PREFIX = 'digda:draft:';

/** What is written in each room and not sent; it survives a reload. */
export class Drafts {
	#texts = $state.raw(itemsWith(PREFIX));

	/** The rooms that have one. */
	get rooms(): readonly string[] {
		return this.#texts.map(([room]) => room);
	}

	of(room: string): string {
		return this.#texts.find(([each]) => each === room)?.[1] ?? '';
	}

	write(room: string, text: string): void {
		const others = this.#texts.filter(([each]) => each !== room);
		this.#texts = text === '' ? others : [...others, [room, text]];
		writeItem(PREFIX + room, text || undefined);
	}

	/** A text is in the outbox: it is no draft any more, unless another one has been begun. */
	settle(room: string, text: string): void {
		if (this.of(room) === text) this.write(room, '');
	}
}
