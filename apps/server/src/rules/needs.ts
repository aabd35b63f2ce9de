import { ENTRY_KINDS, otherIn } from '@digda/protocol';
import type { RowOf } from '../store/schema.ts';
import type { NewCursor, NewEntry } from '../store/store.ts';

/** The rows that the decision of a batch needs. */
export interface Needs {
	/** Rooms that get an entry, locked until the commit. */
	rooms: string[];
	/** The authors and readers of the batch. */
	people: string[];
	memberships: { userId: string; room: string }[];
	/** Messages that the batch changes or replies to. */
	targets: { id: string; authorId: string }[];
	/** The marks of people on messages. */
	marks: { id: string; authorId: string; userId: string }[];
	/** Ids that may be stored already; see `isSure`. */
	ids: { id: string; authorId: string }[];
	/** The subset of `ids` whose entries change a message. */
	changeIds: { id: string; authorId: string }[];
	/** Blocks of an author by the other person of a direct room. */
	blocks: RowOf<'blocks'>[];
}

/** Lists the rows that a batch needs. */
export function needsOf(entries: readonly NewEntry[], cursors: readonly NewCursor[]): Needs {
	const rooms = new Set<string>();
	const people = new Map<string, Set<string>>();
	const needs: Needs = {
		rooms: [],
		people: [],
		memberships: [],
		targets: [],
		marks: [],
		ids: [],
		changeIds: [],
		blocks: []
	};
	const needMembership = (userId: string, room: string) => {
		const theirs = people.get(userId) ?? new Set();
		if (theirs.has(room)) return;
		people.set(userId, theirs.add(room));
		needs.memberships.push({ userId, room });
	};
	for (const entry of entries) {
		const { room, id, author } = entry;
		rooms.add(room);
		needMembership(author.id, room);
		const other = otherIn(room, author.id);
		if (other !== undefined) needs.blocks.push({ userId: other, blockedId: author.id });
		needs.ids.push({ id, authorId: author.id });
		if (entry.kind === 'message') {
			if (entry.replyTo) needs.targets.push({ id: entry.replyTo.id, authorId: entry.replyTo.author });
			continue;
		}
		if (entry.kind === 'topic') continue;
		needs.changeIds.push({ id, authorId: author.id });
		const target = { id: entry.target.id, authorId: entry.target.author };
		needs.targets.push(target);
		if (ENTRY_KINDS[entry.kind].mark) needs.marks.push({ ...target, userId: author.id });
	}
	for (const { userId, room } of cursors) needMembership(userId, room);
	return { ...needs, rooms: [...rooms], people: [...people.keys()] };
}
