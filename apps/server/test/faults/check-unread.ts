import type { Entry } from '@digda/protocol';
import { happens } from '@digda/testkit/faults/until.ts';
import { persist } from './check-timeline.ts';
import type { Page } from './Page.ts';
import type { Log } from './read-log.ts';
import { replay } from './replay.ts';

/** A head or a cursor may be on its way to a page for so long. */
const PATIENCE_MS = 3_000;

/**
 * A page counts as unread what is after its reader's cursor and was not deleted, before and after it asks for the list of
 * rooms; that list says the same.
 */
export async function checkUnread(page: Page, log: Log): Promise<string[]> {
	const { session, rooms, name } = page;
	const userId = session.user?.id ?? '';
	const complaints: string[] = [];
	const expect = async (room: string, listedSeq: number, when: string) => {
		const entries = log.get(room) ?? [];
		const own = entries.findLast(({ kind, author }) => kind === 'message' && author.id === userId)?.seq ?? 0;
		const cursor = Math.max(listedSeq, own, rooms.open(room).readSeq);
		const expected = countAfter(entries, cursor);
		const shown = () => rooms.unread.of({ room, isMember: true });
		if (await happens(() => shown() === expected, PATIENCE_MS)) return;
		complaints.push(`${name} counts ${shown()} unread in ${room} after ${cursor} ${when}, the log has ${expected}`);
	};
	for (const { id, status } of page.opened) if (status === 'joined') await expect(id, 0, 'as it heard');
	for (const summary of await persist(page, () => page.list())) {
		const { room, isMember, head, said, readSeq, readSaid } = summary;
		if (!isMember) continue;
		const entries = log.get(room) ?? [];
		const listed = countAfter(entries, readSeq);
		if (head !== entries.length || said - readSaid !== listed) {
			complaints.push(`${name} is told ${JSON.stringify(summary)}, the log has ${listed} unread`);
		}
		await expect(room, readSeq, 'as it was told');
	}
	return complaints;
}

function countAfter(entries: readonly Entry[], seq: number): number {
	return replay(entries, undefined).filter((message) => message.seq > seq && !message.isDeleted).length;
}
