/** Where each key leads from a row. */
const WAYS: Record<string, (row: Element) => Element | null | undefined> = {
	ArrowUp: (row) => row.previousElementSibling,
	ArrowDown: (row) => row.nextElementSibling,
	Home: (row) => row.parentElement?.firstElementChild,
	End: (row) => row.parentElement?.lastElementChild
};

/** Moves the focus from row to row with the arrow keys; keys in what a row holds are left alone. */
export function walkRows(event: KeyboardEvent): void {
	const row = event.target;
	if (!(row instanceof HTMLLIElement) || event.altKey || event.ctrlKey || event.metaKey) return;
	const next = WAYS[event.key]?.(row);
	if (!(next instanceof HTMLLIElement)) return;
	event.preventDefault();
	next.focus({ preventScroll: true });
	next.scrollIntoView({ block: 'nearest' });
}
