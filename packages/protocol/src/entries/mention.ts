import * as v from 'valibot';
import type { User } from '../chat.ts';
import { atMost } from '../fields.ts';
import { MAX_MENTIONS } from '../limits.ts';
import { DisplayName } from '../names.ts';
import type { Message } from './message.ts';

/** Stands for all members of the room, in place of the id of a person. */
export const EVERYONE = '*';

/** A person whom a message mentions, or `EVERYONE`. The `name` is as it stands in the text, behind an `@`. */
export const Mention = v.object(
	{
		id: v.pipe(
			v.string('the id of a mention is not a string'),
			v.regex(/^(?:\*|[\w-]{1,64})$/, 'the id of a mention has an invalid form')
		),
		name: DisplayName
	},
	'a mention is not an object with an id and a name'
);
export type Mention = v.InferOutput<typeof Mention>;

/** The mentions of a message, in the order of the text. A message without any has no such field. */
export const Mentions = v.pipe(
	v.array(Mention, 'the mentions are not a list'),
	v.minLength(1, 'the list of mentions is empty'),
	v.maxLength(MAX_MENTIONS, atMost(MAX_MENTIONS, 'mentions'))
);

/** The part of a content that mentions people. */
interface Mentioning {
	text: string;
	mentions?: readonly Mention[];
}

/** Whether a mention has its name in a text. */
export function isNamedIn(text: string, { name }: Pick<Mention, 'name'>): boolean {
	return text.includes(`@${name}`);
}

/** The reason of a rejection by `areNamed`, for developers. */
export const NOT_NAMED = 'a mention has no name in the text';

/** Whether all mentions of a content have their names in its text. */
export function areNamed({ text, mentions = [] }: Mentioning): boolean {
	return mentions.every((mention) => isNamedIn(text, mention));
}

/** Whether a content mentions everyone, which only an owner may. */
export function mentionsEveryone({ mentions = [] }: Mentioning): boolean {
	return mentions.some(({ id }) => id === EVERYONE);
}

/** Whether a message mentions a person, alone or with everybody. Authors do not mention themselves. */
export function isMentioned(
	{ mentions = [], author }: Pick<Message, 'mentions' | 'author'>,
	userId: User['id'] | undefined
): boolean {
	return author.id !== userId && mentions.some(({ id }) => id === userId || id === EVERYONE);
}

/** Whether two messages have the same mentions. */
export function hasSameMentions(one: Pick<Message, 'mentions'>, other: Pick<Message, 'mentions'>): boolean {
	return JSON.stringify(one.mentions) === JSON.stringify(other.mentions);
}
