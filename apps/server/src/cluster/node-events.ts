import * as v from 'valibot';

const Text = v.pipe(v.string(), v.maxLength(256));
const Whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const User = v.strictObject({ id: Text, name: Text });
const Occupant = v.strictObject({ room: Text, user: User });

/**
 * The events that nodes exchange, in addition to hints. Each node numbers its presence events. A node that misses a
 * number requests the whole presence.
 */
export const NODE_EVENTS = {
	/** A heartbeat; `number` is that of the node's last presence event. */
	'node:alive': v.strictObject({ node: Text, number: Whole }),
	/** The node stops. */
	'node:gone': v.strictObject({ node: Text }),
	/** People came online or went offline in rooms on a node. */
	'presence:change': v.strictObject({
		node: Text,
		number: Whole,
		joined: v.array(Occupant),
		left: v.array(v.strictObject({ room: Text, userId: Text }))
	}),
	/** Requests the whole presence of a node. */
	'presence:ask': v.strictObject({ node: Text }),
	/** The whole presence of a node. */
	'presence:whole': v.strictObject({ node: Text, number: Whole, present: v.array(Occupant) }),
	/** A person types, or has stopped. */
	'typing:change': v.strictObject({ room: Text, user: User, isTyping: v.boolean() }),
	/** A person has a new name; receivers read it from the store and broadcast it to the rooms. */
	'user:rename': v.strictObject({ userId: Text, rooms: v.array(Text) }),
	/** The store has a new revocation; receivers read it from the store. */
	'revocation:new': v.strictObject({}),
	/** A room has a new title; receivers read it from the store. */
	'room:change': v.strictObject({ room: Text }),
	/**
	 * The memberships of a user changed; receivers read them from the store. `read` and `set` name a room with another
	 * read cursor or other settings, and `blocked` a person whom the user has blocked, or blocks no more.
	 */
	'user:change': v.strictObject({
		userId: Text,
		read: v.optional(Text),
		set: v.optional(Text),
		blocked: v.optional(Text)
	})
};

export type NodeEventName = keyof typeof NODE_EVENTS;
export type NodeEvent<Name extends NodeEventName> = v.InferOutput<(typeof NODE_EVENTS)[Name]>;
