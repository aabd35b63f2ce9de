import * as v from 'valibot';
import type { User } from '../chat.ts';
import { EntryId, RoomId, UserId, request } from '../fields.ts';

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
export interface KindDefinition<Content extends v.ObjectEntries = v.ObjectEntries> {
	/** The request that sends an entry of the kind. */
	request: string;
	/** The fields that entries of the kind have besides those of every entry. */
	content: Content;
	/** The payload of the request. */
	payload: v.GenericSchema;
	/** Tells whether an author may add such an entry. */
	may: (standing: Standing) => boolean;
	/** The reason of the rejection of a member who may not add it, for developers. */
	forbidden: string;
}

/** @returns the schema of a request that sends entries with this content */
/* @__NO_SIDE_EFFECTS__ */
export function entryRequest<Content extends v.ObjectEntries>(content: Content) {
	return request({ room: RoomId, id: EntryId, ...content });
}
