import * as v from 'valibot';
import type { User } from '../chat.ts';
import { EntryId, RoomId, UserId, request } from '../fields.ts';
import type { Message } from './message.ts';

/** A message, named by its author and by the id that the author's client gave it. It has this name before it has a `seq`. */
export const Target = v.object(
	{ author: UserId, id: EntryId },
	'the target is not an object with the author and the id of a message'
);
export type Target = v.InferOutput<typeof Target>;

/** A target that the log holds, with its place in the room. */
export interface StoredTarget extends Target {
	seq: number;
}

/** The fields of every entry of a room's log. */
export interface EntryFields {
	/** Its place in the room: 1, 2, 3 … without a hole. */
	seq: number;
	/** The UUID that its author's client gave it. */
	id: string;
	/** `name` is the one at the time of sending. */
	author: User;
	/** The server's clock when it arrived, in milliseconds since the epoch. Never an order. */
	sentAt: number;
	/** The number of `message` entries in the room up to this one. */
	said: number;
}

/** The standing of an author, as far as rules ask for it. */
export interface Standing {
	isMember: boolean;
	/** Tells whether the author owns the room. */
	isOwner: boolean;
	isOperator: boolean;
	/** Tells whether the author wrote the message that the entry changes. */
	isAuthor: boolean;
}

/** The definition of a kind of entry. */
export interface KindDefinition<Request extends string = string, Content extends v.ObjectEntries = v.ObjectEntries> {
	/** The request that sends an entry of the kind. */
	request: Request;
	/** The fields that entries of the kind have besides those of every entry. */
	content: Content;
	/** Tells whether an author may add such an entry. */
	may: (standing: Standing) => boolean;
	/** The reason of the rejection of an author who may not add it, for developers. */
	forbidden: string;
	/** The content of an entry once its message was deleted. */
	erased?: Partial<ContentOf<Content>>;
	/** The mark that an entry sets for its author on its message, or takes back. */
	mark?(content: ContentOf<Content>): Mark;
	/** Bounds what entries of the kind make of a message; the reason is for developers. */
	limit?: { fits: (message: Message) => boolean; reason: string };
}

/** The content of an entry, by the schemas of its fields. */
export type ContentOf<Content extends v.ObjectEntries> = {
	[Field in keyof Content]: Content[Field] extends v.GenericSchema ? v.InferOutput<Content[Field]> : never;
};

/** Something that a person sets on a message, at most once until they take it back. */
export interface Mark {
	mark: string;
	isSet: boolean;
}

/** The reason of a rejection of somebody who is no member. */
export const NOT_MEMBER = 'join the room before';

/** Defines a kind of entry. The payload of its request has a room, an id and the content of the kind. */
/* @__NO_SIDE_EFFECTS__ */
export function defineKind<const Request extends string, Content extends v.ObjectEntries>(
	definition: KindDefinition<Request, Content>
) {
	return { ...definition, payload: request({ room: RoomId, id: EntryId, ...definition.content }) };
}
