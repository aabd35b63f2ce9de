/** Where each key leads from a row. */
const WAYS: Record<string, (row: Element) => Element | null | undefined> = {
	ArrowUp: (row) => row.previousElementSibling,
	ArrowDown: (row) => row.nextElementSibling,
	Home: (row) => row.parentElement?.firstElementChild,
	End: (row) => row.parentElement?.lastElementChild
};

/** What the keyboard reaches in a row that it has entered. */
const INNER = 'a, button';

/**
 * Moves the focus from row to row with the arrow keys. Enter leads into a row, from one thing in it to the next leads Tab,
 * and Escape back to the row; all other keys in what a row holds are left alone.
 */
export function walkRows(event: KeyboardEvent): void {
	const { key, target } = event;
	if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
	const row = target instanceof Element ? target.closest('li') : null;
	const next = row === target ? findNext(row, key) : key === 'Escape' ? row : null;
	if (!(next instanceof HTMLElement)) return;
	event.preventDefault();
	next.focus({ preventScroll: true });
	next.scrollIntoView({ block: 'nearest' });
}

function findNext(row: Element | null, key: string): Element | null | undefined {
	if (!row) return undefined;
	return key === 'Enter' ? row.querySelector(INNER) : WAYS[key]?.(row);
}
