import { isDeepStrictEqual } from 'node:util';
import type { Entry, Message } from '@digda/protocol';
import type { Room } from '@digda/sync';
import { until } from '@digda/testkit/faults/until.ts';
import type { Page } from './Page.ts';
import { topicOf } from './check-log.ts';
import { replay } from './replay.ts';

/**
 * Checks that a page shows the messages of the log, from the end back to the beginning, window by window.
 * @param undone ids of entries that an older database lacked. Sent again, they have another time, which a page that shows
 * them at the same `seq` cannot notice
 */
export async function checkTimeline(
	page: Page,
	room: Room,
	log: readonly Entry[],
	undone: ReadonlySet<string>
): Promise<string[]> {
	const { name, session } = page;
	const { timeline } = room;
	if (timeline.to !== log.length) return [`${name} shows up to ${timeline.to} of ${log.length} in ${room.id}`];
	if (room.topic !== topicOf(log)) return [`${name} shows the topic ${room.topic}, the log has ${topicOf(log)}`];
	const messages = replay(log, session.user?.id);
	let complaints = compare(name, room, messages, undone);
	while (complaints.length === 0 && timeline.hasOlder) {
		const { from } = timeline;
		await persist(page, () => room.history.loadOlder());
		if (timeline.from >= from) return [`${name} cannot read before ${from} of ${room.id}`];
		complaints = compare(name, room, messages, undone);
	}
	return complaints;
}

/** Repeats a request whose answer comes too late, on the next connection, as a reader would. */
export async function persist<Answer>({ session }: Page, ask: () => Promise<Answer>): Promise<Answer> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			await until(() => (session.isReady ? undefined : 'no connection'));
			return await ask();
		} catch (error) {
			if (attempt === 5) throw error;
		}
	}
}

function compare(name: string, { id, timeline }: Room, log: readonly Message[], undone: ReadonlySet<string>): string[] {
	const { messages, from, to } = timeline;
	const expected = log.filter(({ seq }) => seq >= from && seq <= to);
	const place = expected.findIndex((message, index) => !isSame(message, messages[index], undone));
	if (place < 0 && messages.length === expected.length) return [];
	return [
		`${name} shows in ${id}, from ${from} on: ${JSON.stringify(messages[place])}, ` +
			`the log has ${JSON.stringify(expected[place])} (${messages.length} of ${expected.length})`
	];
}

function isSame(stored: Message, shown: Message | undefined, undone: ReadonlySet<string>): boolean {
	if (!shown) return false;
	return isDeepStrictEqual(comparable(stored, undone), comparable(shown, undone));
}

/** A message without the fields that depend on whether a page has seen its deletion. */
function comparable({ changed, sentAt, editedAt, ...message }: Message, undone: ReadonlySet<string>): object {
	const times = undone.has(message.id) ? {} : { sentAt, ...(undone.size === 0 && { editedAt }) };
	return { ...message, ...times, ...(!message.isDeleted && { changed }) };
}
