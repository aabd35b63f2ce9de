import { RoomText } from '../text.ts';
import { defineKind, Target, type EntryFields, type StoredTarget } from './entry.ts';
import type { Message } from './message.ts';

/** An author changes the text of a message. */
export interface EditEntry extends EntryFields {
	kind: 'edit';
	target: StoredTarget;
	/** The new text; empty once the message was deleted. */
	text: string;
}

export const edit = defineKind({
	request: 'message:edit',
	content: { target: Target, text: RoomText },
	may: ({ isMember, isAuthor }) => isMember && isAuthor,
	forbidden: 'only its author edits a message',
	erased: { text: '' }
});

export function foldEdit(message: Message, { text, sentAt }: EditEntry): Message {
	// An empty text was emptied since: the deletion of the message follows.
	if (text === '' || text === message.text) return message;
	return { ...message, text, editedAt: sentAt };
}
