import { type Acknowledged, type Ledger } from './Ledger.ts';
import type { Log } from './read-log.ts';
import type { TestedWorld } from './TestedWorld.ts';

/**
 * The acknowledged entries of a person that the log holds, with their `seq`. An entry that asked for the present state is
 * in no log, and would be a new one when it is sent again.
 */
export function storedOf({ acknowledged }: Ledger, log: Log, userId: string | undefined): Acknowledged[] {
	const places = new Map([...log.values()].flat().map(({ author, id, seq }) => [`${author.id} ${id}`, seq]));
	return acknowledged.flatMap((each) => {
		const seq = places.get(`${each.userId} ${each.entry.id}`);
		return each.userId === userId && seq !== undefined ? { ...each, seq } : [];
	});
}

/** Sends acknowledged entries of a person again, and checks that each answer is the first one. */
export async function resend(world: TestedWorld, entries: readonly Acknowledged[]): Promise<void> {
	const { ledger } = world;
	const [first] = entries;
	if (!first) return;
	const author = world.author({ ...first.identity });
	try {
		await author.get('connection:ping', {});
		// The restored database may not know the token, and the author is another person.
		if (author.user?.id !== first.userId) return;
		ledger.count('sent again', entries.length);
		await Promise.all(
			entries.map(async ({ entry, seq }) => {
				const reply = await author.add(entry);
				if (reply.ok && reply.data.seq === seq) return;
				ledger.complaints.push(
					`${JSON.stringify(entry)} was acknowledged at ${seq}, and when it was sent again with ${JSON.stringify(reply)}`
				);
			})
		);
	} finally {
		author.close();
	}
}
