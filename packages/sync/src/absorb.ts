import { isSameTarget, type Change, type Content } from './entry-content.ts';

/** The outcome of a change for an entry that waits before it: what is left of both. */
export interface Absorbed {
	waiting: Content | undefined;
	next: Change | undefined;
}

/**
 * Joins a change with an earlier entry of its author that was never sent: an edit of an unsent message changes that
 * message, a deletion removes it, opposite reactions cancel each other.
 * @param target the message of the earlier entry: the one it makes, or the one it changes
 * @returns undefined where the two have nothing to do with each other
 */
export function absorb(waiting: Content, target: Change['target'], next: Change): Absorbed | undefined {
	if (!isSameTarget(target, next.target)) return undefined;
	if (waiting.kind === 'delete') return { waiting, next: undefined };
	if (next.kind === 'delete') return { waiting: undefined, next: waiting.kind === 'message' ? undefined : next };
	if (next.kind === 'edit' && waiting.kind === 'message') {
		return { waiting: { ...waiting, text: next.text }, next: undefined };
	}
	if (next.kind === 'edit' && waiting.kind === 'edit') return { waiting: next, next: undefined };
	if (next.kind === 'reaction' && waiting.kind === 'reaction' && next.emoji === waiting.emoji) {
		return { waiting: next.isSet === waiting.isSet ? waiting : undefined, next: undefined };
	}
	return undefined;
}
