import { FindHistory, ReadHistory } from '@digda/protocol';
import { notMember } from '../rejection.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';
import type { Range } from '../store/store.ts';

/** Reads a page of a room. */
export function readHistory({ store }: Chat): ChatHandler<'history:read'> {
	return handler(ReadHistory, async ({ room, before, after, around, limit }, { data }) => {
		// Reads the membership from the store, because a subscription may outlive it until this node applies the
		// revocation.
		const page = await store.readPage(data.user.id, room, toRange(before, after, around), limit);
		if (!page) throw notMember(room);
		const { topic, ...slice } = page;
		return { epoch: store.epoch, ...slice };
	});
}

/** Finds the message at a time. */
export function findHistory({ store }: Chat): ChatHandler<'history:find'> {
	return handler(FindHistory, async ({ room, at }, { data }) => {
		const seq = await store.findAt(data.user.id, room, at);
		if (seq === null) throw notMember(room);
		return { seq };
	});
}

function toRange(before?: number, after?: number, around?: number): Range {
	if (before !== undefined) return { before };
	return after === undefined ? { around: around ?? 0 } : { after };
}
