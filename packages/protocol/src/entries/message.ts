import * as v from 'valibot';
import type { User } from '../chat.ts';
import { RoomText } from '../text.ts';
import { defineKind, NOT_MEMBER, Target, type EntryFields } from './entry.ts';
import { Mentions, areNamed, mentionsEveryone, NOT_NAMED, type Mention } from './mention.ts';
import type { TopicEntry } from './topic.ts';
import type { Quote } from './quote.ts';

/** A person sends a message. */
export interface MessageEntry extends EntryFields {
	kind: 'message';
	/** The text as sent; empty after the message was deleted. */
	text: string;
	/** The people whom its text names. */
	mentions?: readonly Mention[];
	/** The message that it replies to. */
	quote?: Quote;
}

/** An entry that makes a row of a page: a message, or a topic. */
export type RowEntry = MessageEntry | TopicEntry;

/** Whether an entry makes a row of a page. All others change a message. */
export function isRow<Of extends { kind: string }>(entry: Of): entry is Extract<Of, { kind: RowEntry['kind'] }> {
	return entry.kind === 'message' || entry.kind === 'topic';
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
	/** The people whom its present text names. */
	mentions?: readonly Mention[];
	/** The `seq` of the last entry that changed it. */
	changed?: number;
	/** The time of the last edit. */
	editedAt?: number;
	/** Set after it was deleted, or emptied by retention. Only its position, id, author and time are left. */
	isDeleted?: true;
	/** Set when it is no message of a person, but the topic that they set; it never counts as unread. */
	isTopic?: true;
	/** The message that it replies to; absent after the reply was deleted. */
	quote?: Quote;
	/** Absent without reactions. */
	reactions?: readonly Reaction[];
}

export const message = defineKind({
	request: 'message:send',
	content: { text: RoomText, replyTo: v.exactOptional(Target), mentions: v.exactOptional(Mentions) },
	isValid: areNamed,
	invalid: NOT_NAMED,
	needsOwner: mentionsEveryone,
	may: ({ isMember }) => isMember,
	forbidden: NOT_MEMBER
});

/** The row that an entry makes. */
export function messageOf(entry: RowEntry): Message {
	const { seq, id, author, sentAt, said, text, isHidden } = entry;
	const made: Message = { seq, id, author, sentAt, said, text };
	if (isHidden) return { ...made, isHidden };
	if (entry.kind === 'topic') return { ...made, isTopic: true, ...(entry.isDeleted && { isDeleted: true }) };
	const { mentions, quote } = entry;
	if (text === '') return { ...made, isDeleted: true };
	return { ...made, ...(mentions && { mentions }), ...(quote && { quote }) };
}

/** The `seq` of the last entry folded into a message; its own `seq` when nothing has changed it. */
export function lastEntryIn({ seq, changed = seq }: Message): number {
	return changed;
}
