import type { Entry, Message } from '@digda/protocol';
import type { Slice, Store } from '../../../src/store/store.ts';

/** The entries of a room after a `seq`. @param limit the number of entries per read */
export async function readEntries(
	store: Pick<Store, 'readLog'>,
	room = 'lobby',
	{ after = 0, limit = 200 } = {}
): Promise<Entry[]> {
	const entries: Entry[] = [];
	for (;;) {
		const more = await store.readLog(room, after + entries.length, limit);
		if (more.length === 0) return entries;
		entries.push(...more);
	}
}

/** The pages of a whole room as a member sees it, from its beginning to its head. */
export async function readPages(
	store: Pick<Store, 'readPage'>,
	userId: string,
	room = 'lobby',
	limit = 200
): Promise<Slice[]> {
	const pages: Slice[] = [];
	for (let after = 0; ;) {
		const page = await store.readPage(userId, room, { after }, limit);
		if (!page) throw new Error(`${userId} is not a member of ${room}`);
		pages.push(page);
		if (page.to >= page.head) return pages;
		after = page.to;
	}
}

/** The messages of a whole room as a member sees them. */
export async function readMessages(
	store: Pick<Store, 'readPage'>,
	userId = 'ada',
	room = 'lobby',
	limit = 200
): Promise<Message[]> {
	return (await readPages(store, userId, room, limit)).flatMap(({ messages }) => messages);
}
