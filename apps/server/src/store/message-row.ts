import type { Message } from '@digda/protocol';

/** A message as the tables of all stores have it. */
export interface MessageRow extends Omit<Message, 'author' | 'deletes'> {
	authorId: string;
	authorName: string;
	deletes: number | null;
}

export function toMessage({ seq, id, authorId, authorName, text, sentAt, deletes }: MessageRow): Message {
	const message = { seq, id, author: { id: authorId, name: authorName }, text, sentAt };
	return deletes === null ? message : { ...message, deletes };
}
