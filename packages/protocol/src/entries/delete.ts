import { defineKind, Target, type EntryFields, type StoredTarget } from './entry.ts';
import type { Message } from './message.ts';

/** A message loses its text, its versions and its reactions, everywhere and for ever. */
export interface DeleteEntry extends EntryFields {
	kind: 'delete';
	target: StoredTarget;
}

export const deletion = defineKind({
	request: 'message:delete',
	content: { target: Target },
	may: ({ isMember, isOwner, isOperator, isAuthor }) => isOperator || (isMember && (isAuthor || isOwner)),
	forbidden: 'only its author and the owner of its room delete a message'
});

export function foldDeletion(message: Message): Message {
	const after: Message = { ...message, text: '', isDeleted: true };
	delete after.editedAt;
	delete after.reactions;
	return after;
}
