import type { Attachment } from 'svelte/attachments';

/** A reader this close to the end, in CSS pixels, wants to see what comes next. */
const NEAR_PX = 100;

/** This close to the first or the last row, in heights of the view, more is asked for. */
const AHEAD = 1;

export interface Place {
	/** Called when the reader is near the first row; also again and again while they stay there. */
	onStart?: () => void;
	/** The same at the last row. */
	onEnd?: () => void;
	/** Whether the last row is the end; who reads the last of some rows in the middle does not follow. */
	isEnd?: () => boolean;
	/** Called when the reader comes to the end or leaves it. */
	onFollow?: (isAtEnd: boolean) => void;
}

/**
 * Keeps the end of a scrolling list in view while the reader is there, whatever grows or shrinks; a reader elsewhere
 * keeps the row that they look at where it is, whatever comes or goes before and after it. The content is the
 * element's only child, and the rows are those of the list in it.
 */
export function holdPlace({ onStart, onEnd, onFollow, isEnd }: Place = {}): Attachment<HTMLElement> {
	return (scroller) => {
		let isAtEnd = true;
		let lastTop = 0;
		let anchor: { row: Element; top: number } | undefined;
		const content = scroller.firstElementChild ?? scroller;

		const remember = () => {
			const { scrollTop, scrollHeight, clientHeight } = scroller;
			const below = scrollHeight - scrollTop - clientHeight;
			// Content that grew since the scroll also leaves the end far below; only the reader moves up.
			const isNear = below <= NEAR_PX || (isAtEnd && scrollTop >= lastTop);
			const isNow = isNear && isEnd?.() !== false;
			if (isNow !== isAtEnd) {
				isAtEnd = isNow;
				onFollow?.(isNow);
			}
			lastTop = scrollTop;
			const row = firstInView(scroller);
			anchor = row && { row, top: topOf(row) };
			if (scrollTop < AHEAD * clientHeight) onStart?.();
			if (below < AHEAD * clientHeight) onEnd?.();
		};
		const hold = () => {
			if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
			else if (anchor?.row.isConnected) {
				// What the reader scrolled since is theirs, and its event is still to come.
				const shift = topOf(anchor.row) - anchor.top + scroller.scrollTop - lastTop;
				// To set it is to end a scroll that is under way.
				if (Math.abs(shift) >= 1) scroller.scrollTop += shift;
			}
			remember();
		};

		// The browser's own anchor would do the same a second time, and Safari has none.
		scroller.style.overflowAnchor = 'none';
		scroller.addEventListener('scroll', remember, { passive: true });
		const rows = new MutationObserver(hold);
		rows.observe(content, { childList: true, subtree: true });
		const sizes = new ResizeObserver(hold);
		sizes.observe(scroller);
		sizes.observe(content);

		return () => {
			scroller.removeEventListener('scroll', remember);
			rows.disconnect();
			sizes.disconnect();
		};
	};
}

function topOf(row: Element): number {
	return row.getBoundingClientRect().top;
}

/** The first row that is not above the view, by halving: rows are in order. */
function firstInView(scroller: HTMLElement): Element | undefined {
	const rows = scroller.querySelector('ol')?.children ?? [];
	const edge = topOf(scroller);
	let [low, high] = [0, rows.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) <= edge) low = middle + 1;
		else high = middle;
	}
	return rows[low];
}
