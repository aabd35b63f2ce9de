import { isDeepStrictEqual } from 'node:util';
import type { Message } from '@digda/protocol';
import type { Room } from '@digda/sync';
import type { FaultClient } from './FaultClient.ts';
import { readHeads, readLog, type Log } from './read-log.ts';
import { DEADLINE_MS, until } from './until.ts';
import type { World } from './World.ts';

/** A window is compared with the whole log of a room as long as it can hold it. */
const LONGEST_WINDOW = 2_000;

/** A promise that was broken. */
export class Violation extends Error {}

/** Waits until nothing is on its way any more: outboxes settled, timelines at the head. */
export async function settle(world: World, deadlineMs: number = DEADLINE_MS): Promise<void> {
	try {
		await until(() => unsettled(world), deadlineMs);
	} catch (error) {
		throw new Violation(`the clients do not settle, ${String(error)}`);
	}
}

function unsettled({ clients, server, rooms }: World): string | undefined {
	const heads = readHeads(server.database);
	for (const client of clients) {
		const { name, chat, unsettled } = client;
		if (!chat.isReady) return `${name} is not connected`;
		const [entry] = unsettled;
		if (entry) return `${name} still has ${JSON.stringify(entry)}`;
		const { entries, foreign } = chat.outbox;
		const shown = new Set([...entries, ...foreign].map(({ id }) => id));
		const hidden = client.storage.entries.find(({ id }) => !shown.has(id));
		if (hidden) return `${name} has in its storage alone ${JSON.stringify(hidden)}`;
		for (const id of rooms) {
			const { status, timeline, entries, refusal } = chat.open(id);
			const head = heads.get(id) ?? 0;
			if (status !== 'joined') return `${name} is ${status} in ${id}: ${JSON.stringify(refusal)}`;
			if (timeline.to !== head) return `${name} is at ${timeline.to} of ${head} in ${id}`;
			const rest = entries.find(({ state }) => state !== 'failed');
			if (rest) return `${name} shows ${JSON.stringify(rest)} after its timeline`;
		}
	}
	return undefined;
}

/**
 * Compares what was promised with the log, and the log with what every client shows.
 * @throws {Violation} with all that is wrong
 */
export async function verify(world: World): Promise<void> {
	const log = readLog(world.server.database);
	const complaints = [
		...world.ledger.complaints,
		...checkSeqs(log),
		...checkAcknowledged(world, log),
		...checkTyped(world, log),
		...checkOrder(world, log)
	];
	for (const client of world.clients) {
		for (const room of client.rooms) {
			complaints.push(...(await checkTimeline(client, room, log.get(room.id) ?? [])));
		}
	}
	if (complaints.length > 0) throw new Violation(complaints.slice(0, 20).join('\n'));
}

/** Per room 1…n without a hole, and nothing twice. */
function checkSeqs(log: Log): string[] {
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
function checkAcknowledged({ ledger }: World, log: Log): string[] {
	const found = index(log);
	return ledger.acknowledged.flatMap(({ room, id, seq, userId }) => {
		if (ledger.undone.has(id)) return [];
		const place = found.get(`${userId} ${id}`);
		if (!place) return [`acknowledged and lost: ${id} at ${seq} of ${room}`];
		const isThere = place.room === room && place.message.seq === seq;
		return isThere ? [] : [`acknowledged at ${seq} of ${room}, stored elsewhere: ${id}`];
	});
}

function index(log: Log): Map<string, { room: string; message: Message }> {
	const found = new Map<string, { room: string; message: Message }>();
	for (const [room, messages] of log) {
		for (const message of messages)
			found.set(`${message.author.id} ${message.id}`, { room, message });
	}
	return found;
}

/** What was typed is in the log once, or in an outbox that says why it is not. */
function checkTyped({ ledger, clients }: World, log: Log): string[] {
	const times = new Map<string, number>();
	for (const messages of log.values()) {
		for (const { text } of messages) times.set(text, (times.get(text) ?? 0) + 1);
	}
	const kept = new Set<string>();
	const complaints: string[] = [];
	for (const { name, chat } of clients) {
		const { entries, foreign } = chat.outbox;
		for (const { text } of [...entries, ...foreign]) kept.add(text);
		// Nothing that happens here justifies it.
		for (const entry of entries) complaints.push(`${name} gave up ${JSON.stringify(entry)}`);
	}
	for (const { text, room, browser, isSafe } of ledger.typed) {
		const count = times.get(text) ?? 0;
		const isUndone = ledger.undoneTexts.has(text);
		if (isSafe && count === 0 && !kept.has(text) && !isUndone) {
			complaints.push(`typed and lost: ${label(text)} of ${browser} in ${room}`);
		}
		// Adopted, it may be there under each identity.
		if (count > 1 && !ledger.adopted.has(text)) {
			complaints.push(`stored ${count} times: ${label(text)} of ${browser} in ${room}`);
		}
	}
	return complaints;
}

/** Each sender's messages stand in the order in which they were typed. */
function checkOrder({ ledger }: World, log: Log): string[] {
	const typedAt = new Map(ledger.typed.map(({ text }, position) => [text, position]));
	const complaints: string[] = [];
	for (const [room, messages] of log) {
		const last = new Map<string, { position: number; text: string }>();
		for (const { author, text } of messages) {
			const position = typedAt.get(text);
			if (position === undefined || ledger.adopted.has(text)) continue;
			const before = last.get(author.id);
			if (before && before.position > position) {
				complaints.push(`${room}: ${label(before.text)} was typed after ${label(text)}`);
			}
			last.set(author.id, { position, text });
		}
	}
	return complaints;
}

/** A client shows the log, from the beginning to the end when one goes back there. */
async function checkTimeline(
	{ name }: FaultClient,
	room: Room,
	log: readonly Message[]
): Promise<string[]> {
	const { timeline } = room;
	const first = compare(name, room, log);
	if (first.length > 0 || log.length > LONGEST_WINDOW) return first;
	// Going back must not trim the new end: nothing is too long yet.
	room.isReaderAtEnd = false;
	while (timeline.hasOlder) {
		const { from } = timeline;
		await room.loadOlder();
		if (timeline.from >= from) return [`${name} cannot read before ${from} of ${room.id}`];
	}
	return compare(name, room, log);
}

function compare(name: string, { id, timeline }: Room, log: readonly Message[]): string[] {
	const { messages, from, to } = timeline;
	if (to !== log.length) return [`${name} shows up to ${to} of ${log.length} in ${id}`];
	const expected = log.slice(from - 1, to);
	const place = expected.findIndex((message, index) => !isSame(message, messages[index]));
	if (place < 0 && messages.length === expected.length) return [];
	return [
		`${name} shows in ${id} at ${from + Math.max(place, 0)}: ${JSON.stringify(messages[place])}, ` +
			`the log has ${JSON.stringify(expected[place])} (${messages.length} of ${expected.length})`
	];
}

function isSame(stored: Message, shown: Message | undefined): boolean {
	return isDeepStrictEqual(
		[stored.seq, stored.id, stored.author.id, stored.author.name, stored.text, stored.sentAt],
		[shown?.seq, shown?.id, shown?.author.id, shown?.author.name, shown?.text, shown?.sentAt]
	);
}

/** The beginning of a text, which tells it from all others. */
function label(text: string): string {
	return JSON.stringify(text.slice(0, 40));
}
