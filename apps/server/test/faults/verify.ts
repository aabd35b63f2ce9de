import { isDeepStrictEqual } from 'node:util';
import { checkAcknowledged, checkChanges, checkErased, checkSeqs, checkTyped } from './check-log.ts';
import { checkOrder } from './check-order.ts';
import { checkLeftovers, checkMentions, checkPages } from './check-pages.ts';
import { checkTimeline } from './check-timeline.ts';
import { checkUnread } from './check-unread.ts';
import type { Acknowledged } from './Ledger.ts';
import { readLog, readMembers, readRooms, type Log } from './read-log.ts';
import { resend, storedOf } from './resends.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { Violation } from './Violation.ts';

/** The number of entries of each person that are sent again at the end, the first and the last of each kind. */
const RESENT = 20;

/**
 * Compares the promises with the log, the log with its pages, and both with every page of a browser. Then it sends entries
 * again, which must not change the log.
 * @throws {Violation} with all broken promises
 */
export async function verify(world: TestedWorld): Promise<void> {
	const { log, complaints } = await check(world);
	if (complaints.length === 0) await sendAgain(world, log);
	complaints.push(...world.ledger.complaints);
	if (!isDeepStrictEqual(await world.read(readLog), log))
		complaints.push('the log has changed after entries were sent again');
	if (complaints.length > 0) throw new Violation(complaints.slice(0, 20).join('\n'));
}

async function check(world: TestedWorld): Promise<{ log: Log; complaints: string[] }> {
	const { club, ledger } = world;
	const pages = world.clients.flatMap((client) => client.pages);
	const people = new Set(pages.flatMap(({ session }) => session.user?.id ?? []));
	const { log, rooms, members, inside } = await world.read(async (stored) => {
		const read = await readLog(stored);
		return {
			log: read,
			rooms: await readRooms(stored),
			members: club ? await readMembers(stored, club.room) : new Map<string, number>(),
			inside: [
				...(await checkPages(stored, read, people)),
				...(await checkMentions(stored, read)),
				...(await checkLeftovers(stored))
			]
		};
	});
	const complaints = [
		...inside,
		...(club?.check(log, members) ?? []),
		...checkSeqs(log, rooms),
		...checkChanges(log, rooms),
		...checkAcknowledged(world, log),
		...checkErased(world, log),
		...checkTyped(world, log, members),
		...checkOrder(world, log)
	];
	for (const page of pages) {
		for (const room of page.opened) {
			// A removed member keeps the messages that they have seen.
			if (room.id === club?.room && !members.has(page.session.user?.id ?? '')) continue;
			complaints.push(...(await checkTimeline(page, room, log.get(room.id) ?? [], ledger.undone)));
		}
		if (ledger.undone.size === 0) complaints.push(...(await checkUnread(page, log)));
	}
	return { log, complaints };
}

async function sendAgain(world: TestedWorld, log: Log): Promise<void> {
	const { ledger } = world;
	for (const userId of new Set(ledger.acknowledged.map((each) => each.userId))) {
		const byKind = Object.groupBy(storedOf(ledger, log, userId), ({ entry }) => entry.kind);
		await resend(world, Object.values(byKind).flatMap(endsOf));
	}
}

function endsOf(entries: readonly Acknowledged[]): Acknowledged[] {
	const half = RESENT / 2;
	return entries.length <= RESENT ? [...entries] : [...entries.slice(0, half), ...entries.slice(-half)];
}
