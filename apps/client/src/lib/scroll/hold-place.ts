import type { Attachment } from 'svelte/attachments';

/** A reader this close to the end, in CSS pixels, wants to see what comes next. */
const NEAR_PX = 100;

/**
 * Keeps the end of a scrolling element in view while the reader is there, whatever grows or shrinks; leaves
 * a reader who scrolled up alone. The content is the element's only child.
 */
export const stickToBottom: Attachment<HTMLElement> = (scroller) => {
	let isAtBottom = true;
	let lastTop = 0;

	const stick = (isWanted: boolean) => {
		isAtBottom = isWanted;
		// The browser's own anchor is for a reader in the middle. At the end it would move up with content
		// that is removed at the beginning, which looks as if the reader had scrolled.
		scroller.style.overflowAnchor = isWanted ? 'none' : 'auto';
	};
	const remember = () => {
		const { scrollTop, scrollHeight, clientHeight } = scroller;
		const isNear = scrollHeight - scrollTop - clientHeight <= NEAR_PX;
		// Content that grew since the scroll also leaves the end far below; only the reader moves up.
		if (isNear) stick(true);
		else if (scrollTop < lastTop) stick(false);
		lastTop = scrollTop;
	};
	const follow = () => {
		if (isAtBottom) scroller.scrollTop = scroller.scrollHeight;
	};

	stick(true);
	scroller.addEventListener('scroll', remember, { passive: true });
	const sizes = new ResizeObserver(follow);
	sizes.observe(scroller);
	if (scroller.firstElementChild) sizes.observe(scroller.firstElementChild);

	return () => {
		scroller.removeEventListener('scroll', remember);
		sizes.disconnect();
	};
};
