/** The target row of each key. */
const TARGETS: Record<string, (row: Element) => Element | null | undefined> = {
	ArrowUp: (row) => row.previousElementSibling,
	ArrowDown: (row) => row.nextElementSibling,
	Home: (row) => row.parentElement?.firstElementChild,
	End: (row) => row.parentElement?.lastElementChild
};

/** The focusable elements in a row. The panel of the room leads to its people by keyboard. */
const INNER = 'a, button:not([data-person])';

/**
 * Moves the focus between rows with the arrow keys. Enter moves it into a row, Tab between the elements of the row, and Escape
 * back to the row. It ignores all other keys inside a row.
 */
export function walkRows(event: KeyboardEvent): void {
	const { key, target } = event;
	if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
	const row = target instanceof Element ? target.closest('[data-seq]') : null;
	const isInside = row !== target;
	const next = isInside ? findOuter(row, key) : findNext(row, key);
	if (!(next instanceof HTMLElement)) return;
	event.preventDefault();
	next.focus({ preventScroll: true });
	next.scrollIntoView({ block: 'nearest' });
}

function findOuter(row: Element | null, key: string): Element | null {
	return key === 'Escape' ? row : null;
}

function findNext(row: Element | null, key: string): Element | null | undefined {
	if (!row) return undefined;
	return key === 'Enter' ? row.querySelector(INNER) : TARGETS[key]?.(row);
}
