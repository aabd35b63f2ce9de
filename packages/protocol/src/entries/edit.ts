import { RoomText } from '../text.ts';
import { defineKind, Target, type EntryFields, type StoredTarget } from './entry.ts';
import type { Message } from './message.ts';

/** Changes the text of a message. */
export interface EditEntry extends EntryFields {
	kind: 'edit';
	target: StoredTarget;
	/** The new text; empty after the message was deleted. */
	text: string;
}

export const edit = defineKind({
	request: 'message:edit',
	content: { target: Target, text: RoomText },
	may: ({ isMember, isAuthor }) => isMember && isAuthor,
	forbidden: 'only the author may edit a message',
	erased: { text: '' }
});

export function foldEdit(message: Message, { text, sentAt }: EditEntry): Message {
	// A later deletion has erased this text. Its entry follows.
	if (text === '' || text === message.text) return message;
	return { ...message, text, editedAt: sentAt };
}
