import type { Room } from '@digda/sync';
import { tick } from 'svelte';
import { readScrollPosition, restoreScrollPosition, type ScrollPosition } from './reading-place.ts';

/** The message to which a link leads. */
export interface Jump {
	seq: number;
	/** The first characters of the epoch of the log that the link means; empty if the link does not say it. */
	epoch: string;
}

interface Options {
	room: () => Room;
	/** Returns the element that scrolls; undefined after the timeline is destroyed. */
	scroller: () => HTMLElement | undefined;
}

/** The jumps of a reader to entries of the log, and the way back. */
export class Jumps {
	/** The `seq` of the row that stands out, because the reader has jumped to it. */
	lit = $state<number>();
	/** The scroll position before the first jump. */
	from = $state.raw<ScrollPosition>();
	/** Tells whether a link leads to a message of another log. */
	isLinkVoid = $state(false);
	readonly #options: Options;
	/** The last jump that waits for its messages. */
	#latest: symbol | undefined;

	constructor(options: Options) {
		this.#options = options;
	}

	/** Tells whether there is a way back or a note about a link. */
	get isShown(): boolean {
		return this.from !== undefined || this.isLinkVoid;
	}

	/** Shows an entry in its place, and remembers the way back. The last of several calls wins. */
	async show(seq: number): Promise<void> {
		const { room, scroller } = this.#options;
		const { epoch } = room().timeline;
		const element = scroller();
		if (element && epoch !== undefined) this.from ??= readScrollPosition(element, epoch);
		await this.#goTo(seq);
	}

	/** Shows the message of a link, unless the link means another log. */
	async follow({ seq, epoch }: Jump): Promise<void> {
		const { timeline } = this.#options.room();
		this.isLinkVoid = seq < 1 || seq > timeline.head || !timeline.epoch?.startsWith(epoch);
		if (!this.isLinkVoid) await this.#goTo(seq);
	}

	/** Returns to the place before the first jump. */
	async goBack(): Promise<void> {
		const { room, scroller } = this.#options;
		const position = this.from;
		this.from = undefined;
		if (!position) return;
		const { from, to } = room().timeline;
		if (position.seq < from || position.seq > to) {
			await room()
				.history.showAround(position.seq)
				.catch(() => undefined);
		}
		await tick();
		const element = scroller();
		if (element) restoreScrollPosition(element, position);
	}

	async #goTo(seq: number): Promise<void> {
		const { history } = this.#options.room();
		history.stay();
		if (this.#showRow(seq)) return;
		const latest = Symbol();
		this.#latest = latest;
		await history.showAround(seq).catch(() => undefined);
		await tick();
		if (this.#latest === latest) this.#showRow(seq);
	}

	/** Shows the row of an entry, or the row before it if the entry has none. @returns whether the window has it */
	#showRow(seq: number): boolean {
		this.#latest = undefined;
		const { room, scroller } = this.#options;
		const { timeline, messages } = room();
		if (seq < timeline.from || seq > timeline.to) return false;
		const shown = messages.findLast((message) => message.seq <= seq)?.seq;
		const row = scroller()?.querySelector<HTMLElement>(`[data-seq="${shown}"]`);
		if (!row) return false;
		row.scrollIntoView({ block: 'center' });
		row.focus({ preventScroll: true });
		this.lit = shown;
		return true;
	}
}
