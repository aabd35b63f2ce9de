import type * as v from 'valibot';
import { deletion } from './delete.ts';
import { edit } from './edit.ts';
import type { ContentOf, KindDefinition } from './entry.ts';
import type { ChangeEntry } from './fold.ts';
import { message, type RowEntry } from './message.ts';
import { reaction } from './reaction.ts';
import { topic } from './topic.ts';

export type { StoredTarget, Standing, EntryFields, KindDefinition, Mark } from './entry.ts';
export { Target } from './entry.ts';
export { fold, forAll, forReader, isChangedBy, isNewer, type ChangeEntry } from './fold.ts';
export {
	isRow,
	lastEntryIn,
	messageOf,
	type RowEntry,
	type Message,
	type MessageEntry,
	type Reaction
} from './message.ts';
export { EVERYONE, hasSameMentions, isMentioned, isNamedIn, Mention } from './mention.ts';
export { excerptOf, lastEntryInQuote, QUOTED_CODE_POINTS, quoteOf, type Quote } from './quote.ts';
export type { EditEntry } from './edit.ts';
export type { DeleteEntry } from './delete.ts';
export type { TopicEntry } from './topic.ts';
export { Emoji, type ReactionEntry } from './reaction.ts';

/** The kinds of entries of a room's log, by name. */
export const ENTRY_KINDS = { message, edit, delete: deletion, reaction, topic } as const satisfies Record<
	string,
	KindDefinition
>;

export type EntryKind = keyof typeof ENTRY_KINDS;

/** The requests that send entries, by kind: without the schemas, which a client does not need. */
export const ENTRY_REQUESTS = {
	message: 'message:send',
	edit: 'message:edit',
	delete: 'message:delete',
	reaction: 'message:react',
	topic: 'topic:set'
} as const satisfies { [Kind in EntryKind]: (typeof ENTRY_KINDS)[Kind]['request'] };

/** An entry of a room's log. */
export type Entry = RowEntry | ChangeEntry;

/** The content of an entry of a kind, as its author sends it. */
export type EntryContent<Kind extends EntryKind> = ContentOf<(typeof ENTRY_KINDS)[Kind]['content']>;

/** The payload of the request that sends an entry of a kind. */
export type EntryPayload<Kind extends EntryKind> = v.InferInput<(typeof ENTRY_KINDS)[Kind]['payload']>;

/** Maps each request to the kind of entry that it sends. */
export type KindOfRequest = { [Kind in EntryKind as (typeof ENTRY_KINDS)[Kind]['request']]: Kind };
