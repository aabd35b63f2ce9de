/** A scroll position in a room, relative to a row. */
export interface ScrollPosition {
	/** The log of the row. */
	epoch: string;
	/** The `seq` of the first visible row. */
	seq: number;
	/** The distance of the row from the top of the view, in CSS pixels. */
	top: number;
}

/** Reads the scroll position; undefined without rows. */
export function readScrollPosition(scroller: Element, epoch: string): ScrollPosition | undefined {
	const { top } = scroller.getBoundingClientRect();
	for (const row of scroller.querySelectorAll<HTMLElement>('[data-seq]')) {
		const box = row.getBoundingClientRect();
		if (box.bottom > top) return { epoch, seq: Number(row.dataset['seq']), top: box.top - top };
	}
	return undefined;
}

/** Scrolls to a position. @returns whether its row exists */
export function restoreScrollPosition(scroller: Element, { seq, top }: ScrollPosition): boolean {
	const row = scroller.querySelector(`[data-seq="${seq}"]`);
	if (!row) return false;
	scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - top;
	return true;
}
