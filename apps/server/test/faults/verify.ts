import { checkAcknowledged, checkDeleted, checkSeqs, checkTyped } from './check-log.ts';
import { checkOrder } from './check-order.ts';
import { checkTimeline } from './check-timeline.ts';
import { Violation } from './Violation.ts';
import type { TestedWorld } from './TestedWorld.ts';

/**
 * Compares what was promised with the log, and the log with what every page shows.
 * @throws {Violation} with all that is wrong
 */
export async function verify(world: TestedWorld): Promise<void> {
	const log = await world.readLog();
	const { club } = world;
	const members = club && (await world.readMembers(club.room));
	const complaints = [
		...world.ledger.complaints,
		...(club?.check(log, members ?? new Set()) ?? []),
		...checkSeqs(log),
		...checkAcknowledged(world, log),
		...checkDeleted(world, log),
		...checkTyped(world, log, members),
		...checkOrder(world, log)
	];
	for (const client of world.clients) {
		for (const page of client.pages) {
			for (const room of page.rooms) {
				// What a removed member has seen is theirs.
				if (room.id === club?.room && !members?.has(page.chat.user?.id ?? '')) continue;
				const messages = log.get(room.id) ?? [];
				complaints.push(...(await checkTimeline(page, room, messages, world.ledger.undone)));
			}
		}
	}
	if (complaints.length > 0) throw new Violation(complaints.slice(0, 20).join('\n'));
}
