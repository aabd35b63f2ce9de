import { countFitting, PAGE_SIZE, type JoinRoom } from '@digda/protocol';
import type * as v from 'valibot';
import type { Slice, Store } from '../store/store.ts';

type Join = v.InferOutput<typeof JoinRoom>;

/** Reads the page from which a client starts or continues; null for a non-member. */
export async function readFirstPage(
	store: Store,
	userId: string,
	{ room, from, after, afterId, epoch = store.epoch }: Join
): Promise<(Slice & { reset: boolean }) | null> {
	if (after !== undefined && epoch === store.epoch) {
		const next = await store.readOn(userId, room, { from: from ?? after + 1, to: after }, PAGE_SIZE);
		if (!next) return null;
		const { heldId, changed, ...page } = next;
		const isSame = after === 0 || afterId === undefined || heldId === afterId;
		const messages = [...changed, ...page.messages];
		const count = countFitting(messages);
		if (after <= page.head && isSame && count >= changed.length) {
			if (count === messages.length) return { ...page, messages, reset: false };
			// The page ends before the first message that no longer fits beside the changed ones.
			const kept = messages.slice(0, count);
			const last = count > changed.length ? kept.at(-1) : undefined;
			return { ...page, to: last?.seq ?? after, toId: last?.id ?? heldId, messages: kept, reset: false };
		}
	}
	const latest = await store.readPage(userId, room, { before: Number.MAX_SAFE_INTEGER }, PAGE_SIZE);
	return latest && { ...latest, reset: after !== undefined };
}
