import type { Target } from '@digda/protocol';
import type { Actor, Store } from '../../../src/store/store.ts';
import { deletion } from './entries.ts';

/** Deletes a message. @returns the seq of the deletion entry, or the code of the rejection */
export async function deleteMessage(
	store: Pick<Store, 'append'>,
	{ user, isOperator }: Actor,
	room: string,
	target: Target,
	{ id, sentAt }: { id: string; sentAt: number }
) {
	const { entries } = await store.append(
		[deletion(user.id, id, target, { room, author: user, isOperator, sentAt })],
		[]
	);
	const [outcome] = entries;
	if (!outcome) throw new Error('the store returned no outcome');
	return outcome.ok ? { seq: outcome.seq } : outcome.code;
}
