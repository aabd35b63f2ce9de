import {
	ENTRY_KINDS,
	fold,
	messageOf,
	type ChangeEntry,
	type Entry,
	type Message,
	type MessageEntry,
	type Target
} from '@digda/protocol';
import { label } from './check-order.ts';
import type { RawEntry } from './RawAuthor.ts';
import type { Log, RoomRow } from './read-log.ts';
import { changesOf } from './replay.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { textOf } from './text-of.ts';
import { isMessage, type OutboxEntry } from '@digda/sync';
import { EXPECTED } from './changes.ts';

/** Checks each room: `seq` is 1…n without a hole, ids are unique, and the row has the right counts. */
export function checkSeqs(log: Log, rooms: readonly RoomRow[]): string[] {
	const complaints: string[] = [];
	const places = new Map<string, string>();
	for (const { room, head, said, lastDeletion, topic } of rooms) {
		const entries = log.get(room) ?? [];
		let count = 0;
		entries.forEach((entry, index) => {
			if (entry.seq !== index + 1) complaints.push(`${room}: ${entry.seq} is at position ${index + 1}`);
			if (entry.kind === 'message') count += 1;
			if (entry.said !== count) complaints.push(`${room}: ${entry.seq} has ${entry.said} for ${count} messages`);
			const place = `${room} ${entry.seq}`;
			const other = places.get(nameOf(entry));
			if (other !== undefined) complaints.push(`${entry.id} is at ${other} and at ${place}`);
			places.set(nameOf(entry), place);
		});
		const lastOne = entries.findLast(({ kind }) => kind === 'delete')?.seq ?? 0;
		const [is, has] = [
			[head, said, lastDeletion, topic].join(),
			[entries.length, count, lastOne, topicOf(entries)].join()
		];
		if (is !== has) complaints.push(`${room} has ${is} in its row, and ${has} in its log`);
	}
	return complaints;
}

/** The topic of a room, by its log. */
export function topicOf(entries: readonly Entry[]): string {
	return entries.findLast((entry) => entry.kind === 'topic')?.text ?? '';
}

/** Checks that each change has an earlier message as its target, is allowed, and changes something. */
export function checkChanges(log: Log, rooms: readonly RoomRow[]): string[] {
	const complaints: string[] = [];
	for (const { room, ownerId } of rooms) {
		const entries = log.get(room) ?? [];
		for (const [seq, changes] of changesOf(entries)) {
			const message = entries[seq - 1];
			for (const change of changes) {
				const { author, target, kind } = change;
				const complain = (what: string) => complaints.push(`${room}: ${JSON.stringify(change)} ${what}`);
				if (message?.kind !== 'message' || change.seq <= seq || nameOf(message) !== keyOf(target)) {
					complain(`does not change ${JSON.stringify(message)}`);
					continue;
				}
				const standing = { isMember: true, isOwner: ownerId === author.id, isOperator: false };
				const isTheirs = ENTRY_KINDS[kind].may({ ...standing, isAuthor: author.id === target.author });
				if (!isTheirs) complain('is not allowed to its author');
				if (isVain(message, changes, change)) complain('changes nothing');
			}
		}
	}
	return complaints;
}

/** Whether a message had the state before that its change asks for. Erased content cannot be compared. */
function isVain(message: MessageEntry, changes: readonly ChangeEntry[], change: ChangeEntry): boolean {
	const deletion = changes.find(({ kind }) => kind === 'delete');
	if (deletion) return change.seq > deletion.seq;
	const before = stateBefore(message, changes, change.seq, change.author.id);
	return fold(before, change, change.author.id) === before;
}

/** The message of a reader before a `seq`. */
function stateBefore(message: MessageEntry, changes: readonly ChangeEntry[], seq: number, reader: string): Message {
	return changes
		.filter((change) => change.seq < seq)
		.reduce((now, change) => fold(now, change, reader), messageOf(message));
}

/**
 * Checks that the log has each acknowledged entry at its `seq`. The answer to a change that asked for the present state is
 * the last change before, and the answer to a second deletion is the first.
 */
export function checkAcknowledged({ ledger }: TestedWorld, log: Log): string[] {
	const found = new Map(
		[...log].flatMap(([room, entries]) => entries.map((entry) => [nameOf(entry), { room, entry }] as const))
	);
	return ledger.acknowledged.flatMap(({ entry: sent, seq, userId }) => {
		if (ledger.undone.has(sent.id)) return [];
		const { room, id, kind } = sent;
		const place = found.get(`${userId} ${id}`);
		if (place?.room === room && place.entry.seq === seq && place.entry.kind === kind)
			return checkSource(sent, place.entry);
		// An older database may have any entry at this seq.
		if (kind !== 'message' && ledger.undone.size > 0) return [];
		if ('target' in sent && wasSo(log.get(room) ?? [], sent, seq, userId)) return [];
		const what = `${JSON.stringify(sent)} of ${userId} at ${seq}`;
		return place ? `acknowledged, and stored at ${place.entry.seq}: ${what}` : `acknowledged and lost: ${what}`;
	});
}

/** Checks that a stored reply quotes the message that it was sent for. */
function checkSource(sent: RawEntry, stored: Entry): string[] {
	// A deleted reply has no quote.
	if (sent.kind !== 'message' || stored.kind !== 'message' || stored.text === '') return [];
	const [asked, quoted] = [sent.replyTo && keyOf(sent.replyTo), stored.quote && nameOf(stored.quote)];
	return asked === quoted ? [] : [`${JSON.stringify(sent)} quotes ${JSON.stringify(stored.quote)}`];
}

type SentChange = Extract<RawEntry, { target: Target }>;

/** Whether a `seq` is the last change of a message, after which it has the state that a change asks for. */
function wasSo(entries: readonly Entry[], sent: SentChange, seq: number, userId: string): boolean {
	const place = entries[seq - 1];
	const message = place && 'target' in place ? entries[place.target.seq - 1] : place;
	if (message?.kind !== 'message' || nameOf(message) !== keyOf(sent.target)) return false;
	const changes = changesOf(entries).get(message.seq) ?? [];
	const deletion = changes.find(({ kind }) => kind === 'delete');
	if (sent.kind === 'delete') return deletion?.seq === seq;
	// The deletion has erased the state.
	if (deletion) return deletion.seq > seq;
	const fields = { seq: seq + 1, author: { id: userId, name: '' }, sentAt: 0, said: 0 };
	// `sent` has the content of its kind.
	const change = { ...sent, ...fields, target: { ...sent.target, seq: message.seq } } as ChangeEntry;
	const before = stateBefore(message, changes, change.seq, userId);
	return fold(before, change, userId) === before;
}

/** Checks that the log has no text of a deleted message. */
export function checkErased({ ledger }: TestedWorld, log: Log): string[] {
	const complaints: string[] = [];
	const said = new Map<string, string>();
	for (const entries of log.values()) {
		for (const entry of entries) if ('text' in entry && entry.text !== '') said.set(entry.text, nameOf(entry));
	}
	for (const [room, entries] of log) {
		const deleted = new Map(
			entries.flatMap((entry) => (entry.kind === 'delete' ? [[keyOf(entry.target), entry]] : []))
		);
		for (const entry of entries) {
			const key = 'target' in entry ? keyOf(entry.target) : nameOf(entry);
			const content = 'text' in entry ? entry.text : 'emoji' in entry ? entry.emoji : '';
			if (content !== '' && deleted.has(key)) complaints.push(`deleted and there: ${JSON.stringify(entry)} of ${room}`);
		}
		for (const { entry, userId } of ledger.acknowledged) {
			if (entry.room !== room || !('text' in entry) || ledger.adopted.has(entry.text)) continue;
			const key = 'target' in entry ? keyOf(entry.target) : `${userId} ${entry.id}`;
			if (deleted.has(key) && said.has(entry.text)) complaints.push(`deleted and said again: ${label(entry.text)}`);
		}
	}
	return complaints;
}

/**
 * Checks that each typed text is in the log once, in its room, or in an outbox with the reason.
 * @param members of the private room: texts of others stay in their outboxes
 */
export function checkTyped(
	{ ledger, clients, club }: TestedWorld,
	log: Log,
	members: ReadonlyMap<string, unknown>
): string[] {
	const authors = new Map<string, string[]>();
	const places = new Map<string, string>();
	for (const [room, entries] of log) {
		for (const entry of entries) {
			if (entry.kind !== 'message') continue;
			const { text, author } = entry;
			authors.set(text, [...(authors.get(text) ?? []), author.id]);
			places.set(text, room);
		}
	}
	const kept = new Set<string>();
	const complaints: string[] = [];
	for (const { name, rooms } of clients.flatMap(({ pages }) => pages)) {
		const { entries, foreign } = rooms.outbox;
		for (const entry of [...entries, ...foreign]) kept.add(textOf(entry));
		for (const entry of entries) {
			const { room, userId, failure } = entry;
			const isShutOut = room === club?.room && !members.has(userId) && failure === 'not_found';
			if (isShutOut) ledger.count('messages kept for a room that one is not in');
			// A change may come after that of another page.
			else if (!isMessage(entry) && failure && EXPECTED.includes(failure)) ledger.count('changes that came too late');
			else if (failure === 'not_found' && isSourceless(entry, log.get(room) ?? [])) ledger.count('replies to nothing');
			// No other event of a schedule justifies this.
			else complaints.push(`${name} gave up ${JSON.stringify(entry)}`);
		}
	}
	for (const { text, room, browser, isSafe } of ledger.typed) {
		const of = authors.get(text) ?? [];
		// A deleted message has no text any more.
		const isUndone = ledger.undoneTexts.has(text) || ledger.doomed.has(text) || ledger.discarded.has(text);
		if (isSafe && of.length === 0 && !kept.has(text) && !isUndone) {
			complaints.push(`typed and lost: ${label(text)} of ${browser} in ${room}`);
		}
		if (of.length > 0 && places.get(text) !== room) complaints.push(`typed in ${room} and elsewhere: ${label(text)}`);
		if (of.length > 0 && ledger.discarded.has(text)) complaints.push(`discarded and sent: ${label(text)}`);
		// An adopted text may be in the log under each identity.
		const people = new Set(of).size;
		if (of.length > (ledger.adopted.has(text) ? people : 1)) {
			complaints.push(`stored ${of.length} times, by ${people}: ${label(text)} of ${browser} in ${room}`);
		}
	}
	return complaints;
}

/** Whether an entry replies to a message that is not in the log. It was retracted, or an older database lacks it. */
function isSourceless({ content }: OutboxEntry, entries: readonly Entry[]): boolean {
	const source = content.kind === 'message' ? content.replyTo : undefined;
	return source !== undefined && !entries.some((entry) => nameOf(entry) === keyOf(source));
}

/** The key of an entry: its author and id. */
function nameOf({ author, id }: Pick<Entry, 'author' | 'id'>): string {
	return keyOf({ author: author.id, id });
}

function keyOf({ author, id }: Target): string {
	return `${author} ${id}`;
}
