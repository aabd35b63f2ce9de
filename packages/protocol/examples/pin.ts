import * as v from 'valibot';
import { defineKind, NOT_MEMBER, Target, type EntryFields, type StoredTarget } from '../src/entries/entry.ts';
import type { Message } from '../src/entries/message.ts';

/** A message with the field that the kind adds to it. */
type Pinned = Message & { isPinned?: true };

/** A member pins a message, or unpins it. */
export interface PinEntry extends EntryFields {
	kind: 'pin';
	target: StoredTarget;
	isPinned: boolean;
}

export const pin = defineKind({
	request: 'message:pin',
	content: { target: Target, isPinned: v.boolean('isPinned is not a boolean') },
	may: ({ isMember }) => isMember,
	forbidden: NOT_MEMBER,
	erased: { isPinned: false }
});

export function foldPin(message: Pinned, { isPinned }: PinEntry): Pinned {
	const { isPinned: wasPinned = false, ...unpinned } = message;
	if (isPinned === wasPinned) return message;
	return isPinned ? { ...message, isPinned } : unpinned;
}
