import type { Attachment } from 'svelte/attachments';

/** A reader this close to the end, in CSS pixels, wants to see what comes next. */
const NEAR_PX = 100;

/**
 * Keeps the end of a scrolling element in view while the reader is there, whatever grows or shrinks; leaves
 * a reader who scrolled up alone. The content is the element's only child.
 */
export const stickToBottom: Attachment<HTMLElement> = (scroller) => {
	let isAtBottom = true;

	const remember = () => {
		isAtBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= NEAR_PX;
	};
	const follow = () => {
		if (isAtBottom) scroller.scrollTop = scroller.scrollHeight;
	};

	scroller.addEventListener('scroll', remember, { passive: true });
	const sizes = new ResizeObserver(follow);
	sizes.observe(scroller);
	if (scroller.firstElementChild) sizes.observe(scroller.firstElementChild);

	return () => {
		scroller.removeEventListener('scroll', remember);
		sizes.disconnect();
	};
};
