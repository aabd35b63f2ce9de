import { RoomText } from '../text.ts';
import { entryRequest, Target, type EntryFields, type KindDefinition, type StoredTarget } from './entry.ts';
import type { Message } from './message.ts';

/** An author changes the text of a message. */
export interface EditEntry extends EntryFields {
	kind: 'edit';
	target: StoredTarget;
	/** The new text; empty once the message was deleted. */
	text: string;
}

const content = { target: Target, text: RoomText };

export const edit = {
	request: 'message:edit',
	content,
	payload: entryRequest(content),
	may: ({ isMember, isAuthor }) => isMember && isAuthor,
	forbidden: 'only its author edits a message'
} as const satisfies KindDefinition<typeof content>;

export function foldEdit(message: Message, { text, sentAt }: EditEntry): Message {
	// Emptied since: the deletion of the message follows.
	if (text === '') return message;
	return { ...message, text, editedAt: sentAt };
}
