import type { User } from '../chat.ts';
import { RoomText } from '../text.ts';
import { defineKind, NOT_MEMBER, type EntryFields } from './entry.ts';

/** A person sends a message. */
export interface MessageEntry extends EntryFields {
	kind: 'message';
	/** The text as sent; empty after the message was deleted. */
	text: string;
}

/** An emoji with which people react to a message. */
export interface Reaction {
	emoji: string;
	count: number;
	/** The first people who reacted with it, at most `MAX_REACTION_NAMES`. */
	people: readonly User[];
	/** Set when the reader is one of them. */
	isMine?: true;
}

/** A message as a reader sees it: made by a `message` entry and changed by later ones. */
export interface Message extends EntryFields {
	text: string;
	/** The `seq` of the last entry that changed it. */
	changed?: number;
	/** The time of the last edit. */
	editedAt?: number;
	/** Set after it was deleted, or emptied by retention. Only its position, id, author and time are left. */
	isDeleted?: true;
	/** Absent without reactions. */
	reactions?: readonly Reaction[];
}

export const message = defineKind({
	request: 'message:send',
	content: { text: RoomText },
	may: ({ isMember }) => isMember,
	forbidden: NOT_MEMBER
});

/** The message that a `message` entry makes. */
export function messageOf({ seq, id, author, sentAt, said, text, isHidden }: MessageEntry): Message {
	const made: Message = { seq, id, author, sentAt, said, text };
	if (isHidden) return { ...made, isHidden };
	return text === '' ? { ...made, isDeleted: true } : made;
}

/** The `seq` of the last entry folded into a message; its own `seq` when nothing has changed it. */
export function lastEntryIn({ seq, changed = seq }: Message): number {
	return changed;
}
