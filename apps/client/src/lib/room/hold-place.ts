import type { Attachment } from 'svelte/attachments';

/** A reader within this distance of the end follows it, in CSS pixels. */
const NEAR_PX = 100;

/** Within this distance of the first or last row, more rows are loaded. The unit is the height of the view. */
const LOAD_DISTANCE = 1;

/** A row counts as seen when this much of its height is visible, in CSS pixels. */
const SEEN_PX = 32;

/** The rows. A row may contain lists of its own. */
const ROWS = ':scope > * > ol > li';

/** A reader counts as scrolling for this time after a scroll event. */
const SCROLLING_MS = 200;

/** The visible part of a list. */
export interface View {
	isAtEnd: boolean;
	isNearStart: boolean;
	isNearEnd: boolean;
	/** The last visible row. */
	last: HTMLElement | undefined;
}

/**
 * Keeps the scroll position of a list that grows upwards (`flex-direction: column-reverse`). Its `scrollTop` counts from the end,
 * so the browser itself keeps the position when the end is visible or older rows are added above. In all other cases, this
 * attachment keeps the first visible row in place when rows below it change. The rows are the items of the outer lists in the element.
 * @param onView called after each scroll and each change
 * @param isEnd returns whether the last row is the end; otherwise a reader at the last row does not follow new rows
 */
export function keepScrollPosition(
	onView: (view: View) => void = () => undefined,
	isEnd: () => boolean = () => true
): Attachment<HTMLElement> {
	return (scroller) => {
		/** The last `isEnd`: a new row may change it before the position is updated. */
		let wasEnd = true;
		let lastTop = 0;
		let lastScrollMs = -Infinity;
		let anchor: { row: Element; top: number } | undefined;
		const readView = () => {
			const { scrollTop, scrollHeight, clientHeight } = scroller;
			const rows = scroller.querySelectorAll<HTMLElement>(ROWS);
			const { top, bottom } = scroller.getBoundingClientRect();
			const first = rows[findFirst(rows, (row) => row.bottom > top)];
			const past = findFirst(rows, (row) => row.top + Math.min(row.height, SEEN_PX) > bottom + 1);
			wasEnd = isEnd();
			lastTop = scrollTop;
			anchor = first && { row: first, top: topOf(first) };
			onView({
				isAtEnd: wasEnd && scrollTop >= -NEAR_PX,
				isNearStart: scrollHeight - clientHeight + scrollTop < LOAD_DISTANCE * clientHeight,
				isNearEnd: -scrollTop < LOAD_DISTANCE * clientHeight,
				last: rows[past - 1]
			});
		};
		const keep = () => {
			if (wasEnd && scroller.scrollTop >= -NEAR_PX) {
				if (performance.now() - lastScrollMs > SCROLLING_MS) showEnd(scroller);
			} else if (anchor?.row.isConnected) {
				// The reader may have scrolled since the last event, and that distance stays. A distance that a shorter list has
				// clamped does not count.
				const from = Math.max(lastTop, scroller.clientHeight - scroller.scrollHeight);
				const shift = topOf(anchor.row) - anchor.top + scroller.scrollTop - from;
				// Setting `scrollTop` ends a scroll in progress.
				if (Math.abs(shift) >= 1) scroller.scrollTop += shift;
			}
			readView();
		};
		const onScroll = () => {
			lastScrollMs = performance.now();
			readView();
		};
		// The browser's scroll anchoring would move the rows a second time, and Safari does not support it.
		scroller.style.overflowAnchor = 'none';
		scroller.addEventListener('scroll', onScroll, { passive: true });
		const rows = new MutationObserver(keep);
		rows.observe(scroller, { childList: true, subtree: true });
		const sizes = new ResizeObserver(keep);
		for (const element of [scroller, ...scroller.children]) sizes.observe(element);
		return () => {
			scroller.removeEventListener('scroll', onScroll);
			rows.disconnect();
			sizes.disconnect();
		};
	};
}

/** Scrolls to the end. */
export function showEnd(scroller: HTMLElement): void {
	scroller.scrollTop = 0;
}

function topOf(row: Element): number {
	return row.getBoundingClientRect().top;
}

/** Finds the index of the first row that matches, by binary search: all later rows match, too. */
function findFirst(rows: ArrayLike<Element>, matches: (box: DOMRect) => boolean): number {
	let low = 0;
	let high = rows.length;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		const row = rows[middle];
		if (row && matches(row.getBoundingClientRect())) high = middle;
		else low = middle + 1;
	}
	return low;
}
