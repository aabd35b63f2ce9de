import { isSameTarget, type Change, type Content } from './entry-content.ts';

/** The remainder of a waiting entry and of the change that was merged into it. */
export interface Absorbed {
	waiting: Content | undefined;
	next: Change | undefined;
}

/**
 * Merges a change into an earlier entry of its author that was never sent. An edit of an unsent message changes that
 * message, and a deletion removes it. Opposite reactions cancel each other.
 * @param target the message that the earlier entry creates or changes
 * @returns undefined when the two are independent
 */
export function absorb(waiting: Content, target: Change['target'], next: Change): Absorbed | undefined {
	if (!isSameTarget(target, next.target)) return undefined;
	if (waiting.kind === 'delete') return { waiting, next: undefined };
	if (next.kind === 'delete') return { waiting: undefined, next: waiting.kind === 'message' ? undefined : next };
	if (next.kind === 'edit' && waiting.kind === 'message') {
		const { mentions, ...rest } = waiting;
		const { text } = next;
		return { waiting: { ...rest, text, ...(next.mentions && { mentions: next.mentions }) }, next: undefined };
	}
	if (next.kind === 'edit' && waiting.kind === 'edit') return { waiting: next, next: undefined };
	if (next.kind === 'reaction' && waiting.kind === 'reaction' && next.emoji === waiting.emoji) {
		return { waiting: next.isSet === waiting.isSet ? waiting : undefined, next: undefined };
	}
	return undefined;
}
