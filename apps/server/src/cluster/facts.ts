import * as v from 'valibot';

const Text = v.pipe(v.string(), v.maxLength(256));
const Whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const User = v.strictObject({ id: Text, name: Text });
const Place = v.strictObject({ room: Text, user: User });

/**
 * What nodes tell each other, besides the heads of rooms. Presence is numbered by each node for itself, so that whoever
 * misses a number asks for the whole.
 */
export const FACTS = {
	/** A node is there; `number` is that of its last change of presence. */
	'node:alive': v.strictObject({ node: Text, number: Whole }),
	/** A node ends. */
	'node:gone': v.strictObject({ node: Text }),
	/** Who came to or left a room on a node. */
	'presence:change': v.strictObject({
		node: Text,
		number: Whole,
		joined: v.array(Place),
		left: v.array(v.strictObject({ room: Text, userId: Text }))
	}),
	/** A node is asked for all of its presence. */
	'presence:ask': v.strictObject({ node: Text }),
	/** All that are present on a node. */
	'presence:whole': v.strictObject({ node: Text, number: Whole, present: v.array(Place) }),
	/** Somebody types, or has stopped. */
	'typing:change': v.strictObject({ room: Text, user: User, isTyping: v.boolean() }),
	/** Somebody is called something else from now on, the store knows what; those in their rooms hear of it. */
	'user:rename': v.strictObject({ userId: Text, rooms: v.array(Text) }),
	/** Something has ended: a membership, a room, a session. The store knows what. */
	'revocation:new': v.strictObject({}),
	/** A room is called something else; the store knows what. */
	'room:change': v.strictObject({ room: Text }),
	/** The rooms of a user, or how far they have read one, are other ones: the store knows. */
	'user:change': v.strictObject({ userId: Text, read: v.optional(Text) })
};

export type FactName = keyof typeof FACTS;
export type Fact<Name extends FactName> = v.InferOutput<(typeof FACTS)[Name]>;
