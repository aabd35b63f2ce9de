import * as v from 'valibot';
import type { User } from '../chat.ts';
import { atMost } from '../fields.ts';
import { MAX_REACTION_NAMES, MAX_REACTIONS } from '../limits.ts';
import { defineKind, NOT_MEMBER, Target, type EntryFields, type StoredTarget } from './entry.ts';
import type { Message, Reaction } from './message.ts';

const EMOJI = /* @__PURE__ */ new RegExp('^\\p{RGI_Emoji}$', 'v');

/** The variation selector that asks for the emoji form of a text character. */
const AS_PICTURE = '\ufe0f';

/** An emoji in the form that Unicode recommends: `❤` becomes `❤️`. Skin tones stay distinct. */
export const Emoji = v.pipe(
	v.string('the emoji is not a string'),
	v.maxLength(64, 'the emoji is not one emoji'),
	v.transform((text) => (EMOJI.test(text) ? text : text + AS_PICTURE)),
	v.regex(EMOJI, 'the emoji is not one emoji')
);

/** Sets or removes a member's reaction to a message. */
export interface ReactionEntry extends EntryFields {
	kind: 'reaction';
	target: StoredTarget;
	/** Empty after the message was deleted. */
	emoji: string;
	/** The new state: a reaction is set, never toggled. */
	isSet: boolean;
}

export const reaction = defineKind({
	request: 'message:react',
	content: { target: Target, emoji: Emoji, isSet: v.boolean('isSet is not a boolean') },
	may: ({ isMember }) => isMember,
	forbidden: NOT_MEMBER,
	erased: { emoji: '', isSet: false },
	mark: ({ emoji, isSet }) => ({ mark: emoji, isSet }),
	limit: {
		fits: ({ reactions = [] }) => reactions.length <= MAX_REACTIONS,
		reason: atMost(MAX_REACTIONS, 'different reactions')
	}
});

/**
 * Counts or removes a reaction.
 * @param reader the person whose reactions have `isMine`. The reader's own entry may be in the message already; the log
 * holds entries of others only when they change something.
 */
export function foldReaction(message: Message, { author, emoji, isSet }: ReactionEntry, reader?: User['id']): Message {
	// A later deletion has erased this emoji. Its entry follows.
	if (emoji === '') return message;
	const isOwn = author.id === reader;
	const { reactions = [] } = message;
	const before = reactions.find((each) => each.emoji === emoji);
	if (isOwn && isSet === (before?.isMine ?? false)) return message;
	const after = isSet
		? withPerson(before ?? { emoji, count: 0, people: [] }, author, isOwn)
		: without(before, author, isOwn);
	// An emoji keeps its position among the others.
	const changed = reactions.flatMap((each) => (each === before ? (after ?? []) : each));
	return withReactions(message, before || !after ? changed : [...changed, after]);
}

/** Sets `isMine` on the reactions of a reader. @param emojis the emojis with which the reader reacted */
export function withOwn(message: Message, emojis: readonly string[]): Message {
	if (!message.reactions || emojis.length === 0) return message;
	const reactions = message.reactions.map((each): Reaction =>
		emojis.includes(each.emoji) ? { ...each, isMine: true } : each
	);
	return { ...message, reactions };
}

/** Removes `isMine` from all reactions. */
export function withoutOwn(message: Message): Message {
	if (!message.reactions) return message;
	return { ...message, reactions: message.reactions.map(({ emoji, count, people }) => ({ emoji, count, people })) };
}

function withReactions(message: Message, reactions: readonly Reaction[]): Message {
	if (reactions.length > 0) return { ...message, reactions };
	const bare = { ...message };
	delete bare.reactions;
	return bare;
}

function withPerson(before: Reaction, { id, name }: User, isOwn: boolean): Reaction {
	const people = before.people.length < MAX_REACTION_NAMES ? [...before.people, { id, name }] : before.people;
	return { ...before, count: before.count + 1, people, ...(isOwn && { isMine: true }) };
}

function without(before: Reaction | undefined, { id }: User, isOwn: boolean): Reaction | undefined {
	if (!before || before.count <= 1) return undefined;
	const { isMine, ...rest } = before;
	const after = { ...rest, count: before.count - 1, people: before.people.filter((person) => person.id !== id) };
	return isMine && !isOwn ? { ...after, isMine } : after;
}
