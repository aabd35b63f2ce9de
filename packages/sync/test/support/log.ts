import type { Message } from '@digda/protocol';

/** A log of so many messages. */
export function logOf(length: number): Message[] {
	return Array.from({ length }, (_, index) => ({
		seq: index + 1,
		id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
		author: { id: 'somebody', name: 'Somebody' },
		text: `text ${index + 1}`,
		sentAt: index
	}));
}
