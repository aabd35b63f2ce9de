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
	for (const { room, id, seq } of ledger.deleted) {
		const message = log.get(room)?.[seq - 1];
		// An older database may have another one in its place.
		if (ledger.undone.size === 0 && message?.text !== '')
			complaints.push(`deleted and there: ${id} at ${seq} of ${room}`);
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

/** What was typed is in the log once, or in an outbox that says why it is not. */
export function checkTyped({ ledger, clients }: TestedWorld, log: Log): string[] {
	const authors = new Map<string, string[]>();
	for (const messages of log.values()) {
		for (const { text, author } of messages) {
			authors.set(text, [...(authors.get(text) ?? []), author.id]);
		}
	}
	const kept = new Set<string>();
	const complaints: string[] = [];
	for (const { name, chat } of clients.flatMap(({ pages }) => pages)) {
		const { entries, foreign } = chat.outbox;
		for (const { text } of [...entries, ...foreign]) kept.add(text);
		// Nothing that happens here justifies it.
		for (const entry of entries) complaints.push(`${name} gave up ${JSON.stringify(entry)}`);
	}
	for (const { text, room, browser, isSafe } of ledger.typed) {
		const of = authors.get(text) ?? [];
		// What was deleted has no text any more.
		const isUndone = ledger.undoneTexts.has(text) || ledger.doomed.has(text);
		if (isSafe && of.length === 0 && !kept.has(text) && !isUndone) {
			complaints.push(`typed and lost: ${label(text)} of ${browser} in ${room}`);
		}
		// Adopted, it may be there under each identity.
		const people = new Set(of).size;
		if (of.length > (ledger.adopted.has(text) ? people : 1)) {
			complaints.push(`stored ${of.length} times, by ${people}: ${label(text)} of ${browser} in ${room}`);
		}
	}
	return complaints;
}
