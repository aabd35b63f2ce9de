import type { Attachment } from 'svelte/attachments';

/** A reader this close to the end, in CSS pixels, wants to see what comes next. */
const NEAR_PX = 100;

/** This close to the first or the last row, in heights of the view, more is asked for. */
const AHEAD = 1;

/** So much of a row must be in view, in CSS pixels, for the row to be seen. */
const SEEN_PX = 32;

/** For this long after a scroll, in milliseconds, the reader is still scrolling. */
const MOVING_MS = 200;

/** What a reader sees of a list. */
export interface View {
	isAtEnd: boolean;
	isNearStart: boolean;
	isNearEnd: boolean;
	/** The last row in view. */
	last: HTMLElement | undefined;
}

/**
 * Keeps the place of the reader of a list whose element grows upwards (`flex-direction: column-reverse`): its place is
 * counted from the end, so that the end stays in view and older rows come in above it without a word from here. Who
 * reads elsewhere keeps their row where it is when something changes below it. The rows are the items of the lists in
 * the element.
 * @param onView called with what the reader sees, after each scroll and each change
 * @param isEnd whether the last row is the end; who reads the last of some rows in the middle does not follow
 */
export function holdPlace(
	onView: (view: View) => void = () => undefined,
	isEnd: () => boolean = () => true
): Attachment<HTMLElement> {
	return (scroller) => {
		/** Whether the last row was the end when the reader last saw it: a row that follows makes it one too early. */
		let wasEnd = true;
		let lastTop = 0;
		let lastScrollMs = -Infinity;
		let anchor: { row: Element; top: number } | undefined;
		const look = () => {
			const { scrollTop, scrollHeight, clientHeight } = scroller;
			const rows = scroller.querySelectorAll<HTMLElement>('ol > li');
			const { top, bottom } = scroller.getBoundingClientRect();
			const first = rows[findFirst(rows, (row) => row.bottom > top)];
			const past = findFirst(rows, (row) => row.top + Math.min(row.height, SEEN_PX) > bottom + 1);
			wasEnd = isEnd();
			lastTop = scrollTop;
			anchor = first && { row: first, top: topOf(first) };
			onView({
				isAtEnd: wasEnd && scrollTop >= -NEAR_PX,
				isNearStart: scrollHeight - clientHeight + scrollTop < AHEAD * clientHeight,
				isNearEnd: -scrollTop < AHEAD * clientHeight,
				last: rows[past - 1]
			});
		};
		const hold = () => {
			if (wasEnd && scroller.scrollTop >= -NEAR_PX) {
				if (performance.now() - lastScrollMs > MOVING_MS) showEnd(scroller);
			} else if (anchor?.row.isConnected) {
				// What the reader scrolled since is theirs, and its event is still to come; what a shorter list took is not.
				const from = Math.max(lastTop, scroller.clientHeight - scroller.scrollHeight);
				const shift = topOf(anchor.row) - anchor.top + scroller.scrollTop - from;
				// To set it is to end a scroll that is under way.
				if (Math.abs(shift) >= 1) scroller.scrollTop += shift;
			}
			look();
		};
		const onScroll = () => {
			lastScrollMs = performance.now();
			look();
		};
		// The browser's own anchor would do the same a second time, and Safari has none.
		scroller.style.overflowAnchor = 'none';
		scroller.addEventListener('scroll', onScroll, { passive: true });
		const rows = new MutationObserver(hold);
		rows.observe(scroller, { childList: true, subtree: true });
		const sizes = new ResizeObserver(hold);
		for (const element of [scroller, ...scroller.children]) sizes.observe(element);
		return () => {
			scroller.removeEventListener('scroll', onScroll);
			rows.disconnect();
			sizes.disconnect();
		};
	};
}

/** Brings the end into view. */
export function showEnd(scroller: HTMLElement): void {
	scroller.scrollTop = 0;
}

function topOf(row: Element): number {
	return row.getBoundingClientRect().top;
}

/** The index of the first row for which something holds, by halving: it holds for all that follow. */
function findFirst(rows: ArrayLike<Element>, holds: (box: DOMRect) => boolean): number {
	let [low, high] = [0, rows.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		const row = rows[middle];
		if (row && holds(row.getBoundingClientRect())) high = middle;
		else low = middle + 1;
	}
	return low;
}
