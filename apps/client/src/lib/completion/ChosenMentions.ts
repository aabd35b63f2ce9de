import type { ChosenMention } from './mentions-of.ts';

/** The mentions that were chosen from the list. They follow each change of the text. */
export class ChosenMentions {
	#text = '';
	#mentions: readonly ChosenMention[] = [];

	get all(): readonly ChosenMention[] {
		return this.#mentions;
	}

	/**
	 * Moves the mentions with a changed text, and forgets those in the changed part.
	 * @param caret the index behind the change, which tells a name from the same name beside it
	 */
	follow(text: string, caret: number): void {
		const last = this.#text;
		if (text === last) return;
		const shorter = Math.min(text.length, last.length);
		const behind = Math.min(shorter, text.length - caret);
		let tail = 0;
		while (tail < behind && text.at(-1 - tail) === last.at(-1 - tail)) tail += 1;
		let start = 0;
		while (start < shorter - tail && text.charAt(start) === last.charAt(start)) start += 1;
		const end = last.length - tail;
		const shift = text.length - last.length;
		this.#mentions = this.#mentions
			.filter(({ at }) => at < start || at >= end)
			.map((mention) => (mention.at >= end ? { ...mention, at: mention.at + shift } : mention))
			.filter(({ at, name }) => text.startsWith(`@${name}`, at));
		this.#text = text;
	}

	/** Adds a mention to the followed text. */
	add(mention: ChosenMention): void {
		this.#mentions = [...this.#mentions.filter(({ at }) => at !== mention.at), mention];
	}
}
