import type { Message } from '@digda/protocol';
import { label } from './check-order.ts';
import type { Log } from './read-log.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** Per room 1…n without a hole, and nothing twice. */
export function checkSeqs(log: Log): string[] {
	const complaints: string[] = [];
	const places = new Map<string, string>();
	for (const [room, messages] of log) {
		messages.forEach(({ seq, id, author }, index) => {
			if (seq !== index + 1) complaints.push(`${room}: ${seq} is in the place of ${index + 1}`);
			const key = `${author.id} ${id}`;
			const place = `${room} ${seq}`;
			const other = places.get(key);
			if (other !== undefined) complaints.push(`${id} is at ${other} and at ${place}`);
			places.set(key, place);
		});
	}
	return complaints;
}

/** What was acknowledged is in the log, where the acknowledgement said. */
export function checkAcknowledged({ ledger }: TestedWorld, log: Log): string[] {
	const found = index(log);
	return ledger.acknowledged.flatMap(({ room, id, seq, userId }) => {
		if (ledger.undone.has(id)) return [];
		const place = found.get(`${userId} ${id}`);
		if (!place) return [`acknowledged and lost: ${id} at ${seq} of ${room}`];
		const isThere = place.room === room && place.message.seq === seq;
		return isThere ? [] : [`acknowledged at ${seq} of ${room}, stored elsewhere: ${id}`];
	});
}

/** What was acknowledged as deleted has no text, and the log says so once. */
export function checkDeleted({ ledger }: TestedWorld, log: Log): string[] {
	const complaints: string[] = [];
	const texts = new Set([...log.values()].flatMap((messages) => messages.map(({ text }) => text)));
	for (const { room, id, seq, text } of ledger.deleted) {
		// An older database may have another one in its place.
		if (ledger.undone.size > 0) break;
		const message = log.get(room)?.[seq - 1];
		if (message?.text !== '') complaints.push(`deleted and there: ${id} at ${seq} of ${room}`);
		if (texts.has(text) && !ledger.adopted.has(text)) complaints.push(`deleted and said again: ${label(text)}`);
	}
	for (const [room, messages] of log) {
		const targets = messages.flatMap(({ deletes }) => deletes ?? []);
		if (new Set(targets).size < targets.length) complaints.push(`deleted twice in ${room}: ${targets.join()}`);
		for (const target of targets) {
			if (messages[target - 1]?.text !== '') complaints.push(`said to be deleted and there: ${target} of ${room}`);
		}
	}
	return complaints;
}

function index(log: Log): Map<string, { room: string; message: Message }> {
	const found = new Map<string, { room: string; message: Message }>();
	for (const [room, messages] of log) {
		for (const message of messages) found.set(`${message.author.id} ${message.id}`, { room, message });
	}
	return found;
}

/**
 * What was typed is in the log once, in the room where it was typed, or in an outbox that says why it is not.
 * @param members of the private room: what others typed there stays with them
 */
export function checkTyped({ ledger, clients, club }: TestedWorld, log: Log, members = new Set<string>()): string[] {
	const authors = new Map<string, string[]>();
	const places = new Map<string, string>();
	for (const [room, messages] of log) {
		for (const { text, author } of messages) {
			authors.set(text, [...(authors.get(text) ?? []), author.id]);
			places.set(text, room);
		}
	}
	const kept = new Set<string>();
	const complaints: string[] = [];
	for (const { name, chat } of clients.flatMap(({ pages }) => pages)) {
		const { entries, foreign } = chat.outbox;
		for (const { text } of [...entries, ...foreign]) kept.add(text);
		for (const entry of entries) {
			const { room, userId, failure } = entry;
			const isShutOut = room === club?.room && !members.has(userId) && failure === 'not_found';
			if (isShutOut) ledger.count('messages kept for a room that one is not in');
			// Nothing else that happens here justifies it.
			else complaints.push(`${name} gave up ${JSON.stringify(entry)}`);
		}
	}
	for (const { text, room, browser, isSafe } of ledger.typed) {
		const of = authors.get(text) ?? [];
		// What was deleted has no text any more.
		const isUndone = ledger.undoneTexts.has(text) || ledger.doomed.has(text) || ledger.discarded.has(text);
		if (isSafe && of.length === 0 && !kept.has(text) && !isUndone) {
			complaints.push(`typed and lost: ${label(text)} of ${browser} in ${room}`);
		}
		if (of.length > 0 && places.get(text) !== room) complaints.push(`typed in ${room} and elsewhere: ${label(text)}`);
		if (of.length > 0 && ledger.discarded.has(text)) complaints.push(`thrown away and sent: ${label(text)}`);
		// Adopted, it may be there under each identity.
		const people = new Set(of).size;
		if (of.length > (ledger.adopted.has(text) ? people : 1)) {
			complaints.push(`stored ${of.length} times, by ${people}: ${label(text)} of ${browser} in ${room}`);
		}
	}
	return complaints;
}
