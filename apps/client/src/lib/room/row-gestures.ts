import type { Message } from '@digda/protocol';
import { isComposing } from '#lib/ui/is-composing.ts';
import { copyRows } from './copy-rows.ts';
import { longPress } from './long-press.ts';
import { walkRows } from './walk-rows.ts';

interface Options {
	/** Returns the messages of the rows. */
	messages: () => readonly Message[];
	/** Called when a finger stays on an element of a row. */
	onpress: (target: Element) => void;
	/** Ends the listeners. */
	signal: AbortSignal;
}

/** Listens to the keys, the clipboard and the fingers of a reader in a log. */
export function listenToRows(log: HTMLElement, { messages, onpress, signal }: Options): void {
	log.addEventListener('keydown', walkRows, { signal });
	longPress(log, onpress, signal);
	document.addEventListener('copy', (event) => copyRows(event, log, messages()), { signal });
	document.addEventListener('keydown', (event) => scrollPage(event, log), { signal });
}

/** Scrolls with Page Up and Page Down in an empty field, which does not use these keys. */
function scrollPage(event: KeyboardEvent, log: HTMLElement): void {
	const { key, target } = event;
	const pages = { PageUp: -0.9, PageDown: 0.9 }[key];
	if (!pages || !(target instanceof HTMLTextAreaElement) || target.value !== '' || isComposing(event)) return;
	event.preventDefault();
	log.scrollBy({ top: pages * log.clientHeight });
}
