import type { User } from '../chat.ts';
import { RoomText } from '../text.ts';
import { defineKind, NOT_MEMBER, type EntryFields } from './entry.ts';

/** A person says something. */
export interface MessageEntry extends EntryFields {
	kind: 'message';
	/** The text as it was sent; empty once the message was deleted. */
	text: string;
}

/** An emoji with which people react to a message. */
export interface Reaction {
	emoji: string;
	count: number;
	/** The first people of those who react with it, at most `MAX_REACTION_NAMES`. */
	people: readonly User[];
	/** Present where the reader is one of them. */
	isMine?: true;
}

/** A message as a reader sees it: made by a `message` entry and changed by later ones. */
export interface Message extends EntryFields {
	text: string;
	/** The `seq` of the last entry that has changed it. */
	changed?: number;
	/** The time of the last edit. */
	editedAt?: number;
	/** Present once it was deleted, or emptied by retention: then nothing is left but its place, id, author and time. */
	isDeleted?: true;
	/** Present while there are any. */
	reactions?: readonly Reaction[];
}

export const message = defineKind({
	request: 'message:send',
	content: { text: RoomText },
	may: ({ isMember }) => isMember,
	forbidden: NOT_MEMBER
});

/** The message that an entry makes. */
export function messageOf({ seq, id, author, sentAt, said, text }: MessageEntry): Message {
	const made: Message = { seq, id, author, sentAt, said, text };
	return text === '' ? { ...made, isDeleted: true } : made;
}

/** The `seq` of the last entry that is in a message: the one that made it, while none has changed it. */
export function lastEntryIn({ seq, changed = seq }: Message): number {
	return changed;
}
