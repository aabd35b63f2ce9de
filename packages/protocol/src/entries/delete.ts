import { defineKind, Target, type EntryFields, type StoredTarget } from './entry.ts';
import type { Message } from './message.ts';

/** Deletes a message: the server erases its text, its versions and all reactions, everywhere and permanently. */
export interface DeleteEntry extends EntryFields {
	kind: 'delete';
	target: StoredTarget;
}

export const deletion = defineKind({
	request: 'message:delete',
	content: { target: Target },
	may: ({ isMember, isOwner, isOperator, isAuthor }) => isOperator || (isMember && (isAuthor || isOwner)),
	forbidden: 'only the author and the owner of the room may delete a message'
});

/** Keeps only the position, the id, the author and the time of the message. */
export function foldDeletion({ seq, id, author, sentAt, said }: Message): Message {
	return { seq, id, author, sentAt, said, text: '', isDeleted: true };
}
