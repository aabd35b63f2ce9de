import { isDeepStrictEqual } from 'node:util';
import type { Message } from '@digda/protocol';
import type { Room } from '@digda/sync';
import type { Page } from './Page.ts';

/**
 * A page shows the log, from the end to the beginning when one goes back there, window by window.
 * @param undone ids of what an older database lacked: sent again, it has another time, and nobody can see that who
 * shows it in the same place
 */
export async function checkTimeline(
	{ name }: Page,
	room: Room,
	log: readonly Message[],
	undone: ReadonlySet<string>
): Promise<string[]> {
	const { timeline } = room;
	if (timeline.to !== log.length) return [`${name} shows up to ${timeline.to} of ${log.length} in ${room.id}`];
	let complaints = compare(name, room, log, undone);
	while (complaints.length === 0 && timeline.hasOlder) {
		const { from } = timeline;
		await loadOlder(room);
		if (timeline.from >= from) return [`${name} cannot read before ${from} of ${room.id}`];
		complaints = compare(name, room, log, undone);
	}
	return complaints;
}

/** A page that comes too late, on a busy machine, is asked for again, as a reader would. */
async function loadOlder({ history }: Room): Promise<void> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			await history.loadOlder();
			return;
		} catch (error) {
			if (attempt === 5) throw error;
		}
	}
}

function compare(name: string, { id, timeline }: Room, log: readonly Message[], undone: ReadonlySet<string>): string[] {
	const { messages, from, to } = timeline;
	const expected = log.slice(from - 1, to);
	const place = expected.findIndex((message, index) => !isSame(message, messages[index], undone.has(message.id)));
	if (place < 0 && messages.length === expected.length) return [];
	return [
		`${name} shows in ${id} at ${from + Math.max(place, 0)}: ${JSON.stringify(messages[place])}, ` +
			`the log has ${JSON.stringify(expected[place])} (${messages.length} of ${expected.length})`
	];
}

function isSame(stored: Message, shown: Message | undefined, isUndone: boolean): boolean {
	const sentAt = isUndone ? stored.sentAt : shown?.sentAt;
	return isDeepStrictEqual(
		[stored.seq, stored.id, stored.author.id, stored.author.name, stored.text, stored.deletes, stored.sentAt],
		[shown?.seq, shown?.id, shown?.author.id, shown?.author.name, shown?.text, shown?.deletes, sentAt]
	);
}
