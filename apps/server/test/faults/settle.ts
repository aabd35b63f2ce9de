import type { FaultClient } from './FaultClient.ts';
import type { Room } from '@digda/sync';
import type { Page } from './Page.ts';
import { readHeads, readMembers } from './read-log.ts';
import { DEADLINE_MS, until } from '@digda/testkit/faults/until.ts';
import { Violation } from './Violation.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** The most joins of a page after all faults have ended. With more, it would join for ever. */
const MAX_JOINS = 200;

/** Waits until outboxes are settled and timelines are at the head. */
export async function settle(world: TestedWorld, deadlineMs: number = DEADLINE_MS): Promise<void> {
	try {
		await until(() => unsettled(world), deadlineMs);
	} catch (error) {
		throw new Violation(`the clients do not settle, ${String(error)}`);
	}
}

async function unsettled(world: TestedWorld): Promise<string | undefined> {
	const { heads, club } = await world.read(async (stored) => ({
		heads: await readHeads(stored),
		club: world.club && { room: world.club.room, members: await readMembers(stored, world.club.room) }
	}));
	for (const client of world.clients) {
		for (const page of client.pages) {
			const missing = unsettledPage(page, heads, club);
			if (missing !== undefined) return `${page.name} ${missing}`;
		}
		const missing = leftBehind(client);
		if (missing !== undefined) return `${client.name} ${missing}`;
	}
	return undefined;
}

/** The members of a private room, by user id. */
interface Members {
	room: string;
	members: ReadonlyMap<string, unknown>;
}

/** Reads on to the end of a room that was opened at its first unread message. */
function readOn({ status, timeline, history }: Room): void {
	// A failed read is repeated by the next check.
	if (status === 'joined' && !timeline.isFollowing) history.loadNewer().catch(() => undefined);
}

/** @throws {Violation} when the page joins for ever */
function unsettledPage(page: Page, heads: Map<string, number>, club: Members | undefined): string | undefined {
	const { session, socket, unsettled, opened } = page;
	if (socket.joinCount > MAX_JOINS) {
		throw new Violation(`${page.name} has sent ${socket.joinCount} joins`);
	}
	if (!session.isReady) return 'is not connected';
	for (const room of opened) readOn(room);
	for (const { id, status, timeline, entries, rejection } of opened) {
		if (id === club?.room && !club.members.has(session.user?.id ?? '')) {
			if (status !== 'rejected') return `is ${status} in ${id}, and no member`;
			// A stored entry in a room without membership is shown until the page leaves the view.
			if (entries.some(({ state }) => state === 'stored')) page.look(id);
			continue;
		}
		// The membership came after the rejected join, so the page joins again.
		page.look(id);
		const head = heads.get(id) ?? 0;
		if (status !== 'joined') return `is ${status} in ${id}: ${JSON.stringify(rejection)}`;
		if (timeline.to !== head) return `is at ${timeline.to} of ${head} in ${id}`;
		if (timeline.head !== head) return `has the head ${timeline.head} instead of ${head} in ${id}`;
		const rest = entries.find(({ state }) => state !== 'failed');
		if (rest) return `shows ${JSON.stringify(rest)} after its timeline`;
	}
	const [entry] = unsettled;
	return entry && `still has ${JSON.stringify(entry)}`;
}

/** Checks that a page shows every stored entry, and sends it when it has the identity of its author. */
function leftBehind({ storage, pages }: FaultClient): string | undefined {
	const outboxes = pages.map(({ rooms }) => rooms.outbox);
	const shown = new Set(outboxes.flatMap(({ entries, foreign }) => [...entries, ...foreign].map(({ id }) => id)));
	const hidden = storage.entries.find(({ id }) => !shown.has(id));
	if (hidden) return `has in its storage alone ${JSON.stringify(hidden)}`;
	const users = new Set(['', ...pages.map(({ session }) => session.user?.id)]);
	const rest = storage.entries.find(({ userId, failure }) => !failure && users.has(userId));
	return rest && `has not sent ${JSON.stringify(rest)}`;
}
