import * as v from 'valibot';
import { RoomText } from '../text.ts';
import { defineKind, Target, type EntryFields, type StoredTarget } from './entry.ts';
import { hasSameMentions, Mentions, areNamed, mentionsEveryone, NOT_NAMED, type Mention } from './mention.ts';
import type { Message } from './message.ts';

/** Changes the text of a message. */
export interface EditEntry extends EntryFields {
	kind: 'edit';
	target: StoredTarget;
	/** The new text; empty after the message was deleted. */
	text: string;
	/** The people whom the new text names, in place of the former ones. */
	mentions?: readonly Mention[];
}

export const edit = defineKind({
	request: 'message:edit',
	content: { target: Target, text: RoomText, mentions: v.exactOptional(Mentions) },
	isValid: areNamed,
	invalid: NOT_NAMED,
	needsOwner: mentionsEveryone,
	may: ({ isMember, isAuthor }) => isMember && isAuthor,
	forbidden: 'only the author may edit a message',
	erased: { text: '' }
});

export function foldEdit(message: Message, entry: EditEntry): Message {
	const { text, mentions, sentAt } = entry;
	// A later deletion has erased this text. Its entry follows.
	if (text === '' || (text === message.text && hasSameMentions(entry, message))) return message;
	const { mentions: before, ...rest } = message;
	return { ...rest, text, ...(mentions && { mentions }), editedAt: sentAt };
}
