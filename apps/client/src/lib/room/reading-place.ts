/** Where a reader is in a room. */
export interface ReadingPlace {
	/** The log that the row is from. */
	epoch: string;
	/** The first row in view. */
	seq: number;
	/** How far the row is below the top of the view, in CSS pixels. */
	top: number;
}

/** @returns the first row in view, if there is one */
export function findPlace(scroller: Element, epoch: string): ReadingPlace | undefined {
	const { top } = scroller.getBoundingClientRect();
	for (const row of scroller.querySelectorAll<HTMLElement>('[data-seq]')) {
		const box = row.getBoundingClientRect();
		if (box.bottom > top) return { epoch, seq: Number(row.dataset['seq']), top: box.top - top };
	}
	return undefined;
}

/** Brings the row of a place to where it was. @returns whether it is there */
export function showPlace(scroller: Element, { seq, top }: ReadingPlace): boolean {
	const row = scroller.querySelector(`[data-seq="${seq}"]`);
	if (!row) return false;
	scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - top;
	return true;
}
