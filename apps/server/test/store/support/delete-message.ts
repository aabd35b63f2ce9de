import type { Actor, Store } from '../../../src/store/store.ts';

/** Deletes a message. @returns where the entry is that says so, or why there is none */
export async function deleteMessage(
	store: Pick<Store, 'append'>,
	{ user, isOperator }: Actor,
	room: string,
	target: number,
	entry: { id: string; sentAt: number }
) {
	const { entries } = await store.append([{ kind: 'delete', room, ...entry, author: user, isOperator, target }], []);
	const [outcome] = entries;
	if (!outcome) throw new Error('the store lost count');
	return outcome.ok ? { seq: outcome.seq } : outcome.code;
}
