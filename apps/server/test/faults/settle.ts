import type { FaultClient } from './FaultClient.ts';
import type { Room } from '@digda/sync';
import type { Page } from './Page.ts';
import { readHeads, readMembers } from './read-log.ts';
import { DEADLINE_MS, until } from '@digda/testkit/faults/until.ts';
import { Violation } from './Violation.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** Whoever asks more often to join a room, from the end of all faults on, would ask for ever. */
const MAX_JOINS = 200;

/** Waits until nothing is on its way any more: outboxes settled, timelines at the head. */
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

/** Who is let into a private room, by user id. */
interface Members {
	room: string;
	members: ReadonlyMap<string, unknown>;
}

/** Who opened a room where they had not read yet reads on to the end. */
function readOn({ status, timeline, history }: Room): void {
	// What fails is tried again with the next look.
	if (status === 'joined' && !timeline.isFollowing) history.loadNewer().catch(() => undefined);
}

/** @throws {Violation} when it asks for ever */
function unsettledPage(page: Page, heads: Map<string, number>, club: Members | undefined): string | undefined {
	const { session, socket, unsettled, opened } = page;
	if (socket.joinCount > MAX_JOINS) {
		throw new Violation(`${page.name} has asked ${socket.joinCount} times to join a room`);
	}
	if (!session.isReady) return 'is not connected';
	for (const room of opened) readOn(room);
	for (const { id, status, timeline, entries, rejection } of opened) {
		if (id === club?.room && !club.members.has(session.user?.id ?? '')) {
			if (status !== 'rejected') return `is ${status} in ${id}, and no member`;
			// What is stored where one may not read is shown until one turns away.
			if (entries.some(({ state }) => state === 'stored')) page.look(id);
			continue;
		}
		// Let in after one had asked, one asks again.
		page.look(id);
		const head = heads.get(id) ?? 0;
		if (status !== 'joined') return `is ${status} in ${id}: ${JSON.stringify(rejection)}`;
		if (timeline.to !== head) return `is at ${timeline.to} of ${head} in ${id}`;
		if (timeline.head !== head) return `believes in ${timeline.head} of ${head} in ${id}`;
		const rest = entries.find(({ state }) => state !== 'failed');
		if (rest) return `shows ${JSON.stringify(rest)} after its timeline`;
	}
	const [entry] = unsettled;
	return entry && `still has ${JSON.stringify(entry)}`;
}

/** What is on the disk is shown by a page, and sent when a page is connected as who typed it. */
function leftBehind({ storage, pages }: FaultClient): string | undefined {
	const outboxes = pages.map(({ rooms }) => rooms.outbox);
	const shown = new Set(outboxes.flatMap(({ entries, foreign }) => [...entries, ...foreign].map(({ id }) => id)));
	const hidden = storage.entries.find(({ id }) => !shown.has(id));
	if (hidden) return `has in its storage alone ${JSON.stringify(hidden)}`;
	const users = new Set(['', ...pages.map(({ session }) => session.user?.id)]);
	const rest = storage.entries.find(({ userId, failure }) => !failure && users.has(userId));
	return rest && `has not sent ${JSON.stringify(rest)}`;
}
