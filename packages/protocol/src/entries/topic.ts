import { TopicText } from '../names.ts';
import { defineKind, NOT_MEMBER, type EntryFields } from './entry.ts';

/** A member sets the topic of the room. It is a row of the log, as a message is, and changes no message. */
export interface TopicEntry extends EntryFields {
	kind: 'topic';
	/** The new topic; empty without any. */
	text: string;
	/** Set after retention has emptied it. */
	isDeleted?: true;
}

export const topic = defineKind({
	request: 'topic:set',
	content: { text: TopicText },
	may: ({ isMember }) => isMember,
	forbidden: NOT_MEMBER
});
