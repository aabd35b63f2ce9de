import type { Message } from '@digda/protocol';
import { formats } from '#lib/i18n/formats.svelte.ts';
import { m } from '#lib/paraglide/messages.js';

/**
 * Copies a selection of several messages as lines of author, time and text. The browser itself copies a selection within a single
 * message.
 * @param log the element that contains the rows
 * @param messages the messages of the rows, in order
 */
export function copyRows(event: ClipboardEvent, log: Element, messages: readonly Message[]): void {
	const selection = getSelection();
	if (!selection || selection.isCollapsed) return;
	const rows = Array.from(log.querySelectorAll<HTMLElement>('[data-seq]')).filter((row) =>
		selection.containsNode(row, true)
	);
	if (rows.length < 2) return;
	const selected = new Set(rows.map(({ dataset }) => Number(dataset['seq'])));
	const lines = messages
		.filter(({ seq }) => selected.has(seq))
		.map(({ author, sentAt, text, isDeleted }) => {
			return `[${author.name}] [${formats.time.format(sentAt)}] ${isDeleted ? m.message_deleted() : text}`;
		});
	event.clipboardData?.setData('text/plain', lines.join('\n'));
	event.preventDefault();
}
