import { defineKind, Target, type EntryFields, type StoredTarget } from './entry.ts';
import type { Message } from './message.ts';

/** A message loses its text, its versions and all that others have added to it, everywhere and for ever. */
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

/** Nothing is left of the message but its place, id, author and time. */
export function foldDeletion({ seq, id, author, sentAt, said }: Message): Message {
	return { seq, id, author, sentAt, said, text: '', isDeleted: true };
}
