import { fold, isRow, messageOf, otherIn, peopleOf, type Entry, type EntryKind, type Message } from '@digda/protocol';
import { KINDS } from '@digda/testkit/entries.ts';
import fc from 'fast-check';
import { expect } from 'vitest';
import { entryFor } from '../../../src/store/entry-rows.ts';
import type { NewEntry, Range, Slice, Store } from '../../../src/store/store.ts';
import { contentOf, entryOf, target } from './entries.ts';
import { readEntries, readMessages } from './read.ts';

const PEOPLE = ['ada', 'bora', 'chan'] as const;

/** A person sends an entry, or sends an earlier one again. */
interface Step {
	who: (typeof PEOPLE)[number];
	kind: EntryKind;
	/** Chooses one of the messages so far. */
	target: number;
	/** Chooses one of the contents of the kind. */
	content: number;
	isAgain: boolean;
}

/** A person reads a page, right after a batch. */
interface Reading {
	afterBatch: number;
	who: (typeof PEOPLE)[number];
	range: 'before' | 'after' | 'around';
	seq: number;
	limit: number;
}

/** A person blocks the other person of a direct room, or ends that, right after a batch. */
interface Blocking {
	afterBatch: number;
	who: (typeof PEOPLE)[number];
	isBlocked: boolean;
}

/** The actions of three people in a room. */
export interface Script {
	steps: readonly Step[];
	/** The sizes of the batches, in rotation. */
	batches: readonly number[];
	readings: readonly Reading[];
	blockings: readonly Blocking[];
	/** The number of entries or messages per read. */
	limit: number;
}

const who = fc.constantFrom(...PEOPLE);

const step: fc.Arbitrary<Step> = fc.record({
	who,
	// Messages and reactions are more frequent than deletions.
	kind: fc.constantFrom<EntryKind>(...KINDS, ...KINDS, 'message', 'message', 'edit', 'reaction', 'reaction'),
	target: fc.nat(30),
	content: fc.nat(4),
	isAgain: fc.nat(9).map((number) => number === 0)
});

/** Scripts with at most so many steps. */
export function scripts(maxLength: number): fc.Arbitrary<Script> {
	return fc.record({
		steps: fc.array(step, { minLength: 1, maxLength, size: 'max' }),
		batches: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
		readings: fc.array(
			fc.record({
				afterBatch: fc.nat(8),
				who,
				range: fc.constantFrom('before' as const, 'after' as const, 'around' as const),
				seq: fc.nat(maxLength),
				limit: fc.integer({ min: 1, max: 12 })
			}),
			{ maxLength: 4 }
		),
		blockings: fc.array(fc.record({ afterBatch: fc.nat(8), who, isBlocked: fc.nat(2).map((number) => number > 0) }), {
			maxLength: 6
		}),
		limit: fc.integer({ min: 1, max: 20 })
	});
}

/** The ids of the people of a script. */
type Ids = Readonly<Record<(typeof PEOPLE)[number], string>>;

const NAMES: Ids = { ada: 'ada', bora: 'bora', chan: 'chan' };

/** The entries of a script. The first one is a message. */
export function entriesOf({ steps }: Pick<Script, 'steps'>, room: string, ids = NAMES): NewEntry[] {
	const entries: NewEntry[] = [];
	const said: NewEntry[] = [];
	for (const [index, each] of steps.entries()) {
		const again = each.isAgain ? entries[each.target % entries.length] : undefined;
		const of = said[each.target % said.length];
		const kind = of ? each.kind : 'message';
		const content = contentOf(kind, target(of?.author.id ?? '', of?.id ?? ''), each.content);
		// The content is of this kind.
		const made = entryOf(kind, ids[each.who], `${room} ${index}`, content, { room, sentAt: 1_000 + index }) as NewEntry;
		const entry = again ?? made;
		entries.push(entry);
		if (entry.kind === 'message') said.push(entry);
	}
	return entries;
}

/** Stores the entries of a script. @param afterBatch is called with the number of each batch after it was stored */
async function storeAll(
	store: Store,
	entries: readonly NewEntry[],
	batches: readonly number[],
	afterBatch: (number: number) => Promise<void>
): Promise<void> {
	for (let from = 0, number = 0; from < entries.length; number += 1) {
		const size = batches[number % batches.length] ?? 1;
		await store.append(entries.slice(from, from + size), []);
		from += size;
		await afterBatch(number);
	}
}

/** The messages of a window after more entries of its log: new messages follow, the others change the messages. */
export function foldAll(window: readonly Message[], entries: readonly Entry[], reader: string): Message[] {
	const messages = new Map(window.map((message) => [message.seq, message]));
	for (const entry of entries) {
		if (isRow(entry)) {
			if (!messages.has(entry.seq)) messages.set(entry.seq, messageOf(entry));
			continue;
		}
		for (const [seq, message] of messages) messages.set(seq, fold(message, entry, reader));
	}
	return [...messages.values()];
}

/**
 * Messages as people see them. A log that is read after a deletion has an empty message from the beginning, which no later
 * entry changes.
 */
function shown(messages: readonly Message[]): Message[] {
	return messages.map(({ changed, ...message }) =>
		message.isDeleted || changed === undefined ? message : { ...message, changed }
	);
}

/**
 * Plays a script on a store, and compares everybody's pages with the folded entries of the log, as each person receives
 * them. Two people of a direct room may block each other.
 */
export async function checkScript(store: Store, room: string, script: Script, ids = NAMES): Promise<void> {
	const members = PEOPLE.map((person) => ids[person]).filter(
		(id) => !peopleOf(room) || otherIn(room, id) !== undefined
	);
	for (const person of members) await store.join(person, room, 1);
	const windows: { who: string; page: Slice }[] = [];
	await storeAll(store, entriesOf(script, room, ids), script.batches, async (number) => {
		for (const { who: by, isBlocked } of script.blockings.filter(({ afterBatch }) => afterBatch === number)) {
			const other = otherIn(room, ids[by]);
			if (other !== undefined) await store.block(ids[by], other, isBlocked);
		}
		for (const reading of script.readings.filter(({ afterBatch }) => afterBatch === number)) {
			// One of the three ranges, spelled by its key.
			const range = { [reading.range]: reading.seq } as unknown as Range;
			const reader = ids[reading.who];
			const page = await store.readPage(reader, room, range, reading.limit);
			if (page) windows.push({ who: reader, page });
		}
	});
	const all = await readEntries(store, room, { limit: script.limit });
	for (const person of members) {
		const log = all.map((entry) => entryFor(person, entry));
		const rows = await readMessages(store, person, room, script.limit);
		expect(shown(foldAll([], log, person))).toEqual(shown(rows));
		for (const { page } of windows.filter((each) => each.who === person)) {
			const later = log.filter(({ seq }) => seq > page.to);
			const window = foldAll(page.messages, later, person).filter(({ seq }) => seq <= page.to);
			const expected = rows.filter(({ seq }) => seq >= page.from && seq <= page.to);
			expect(window).toEqual(expected);
			expect(await heldNow(store, person, room, page)).toEqual(expected);
		}
	}
}

/** The messages of a page after a member has joined again with it. */
async function heldNow(store: Store, userId: string, room: string, { from, to, messages }: Slice): Promise<Message[]> {
	const next = await store.readOn(userId, room, { from, to }, 50);
	const changed = new Map(next?.changed.map((message) => [message.seq, message]));
	return messages.map((message) => changed.get(message.seq) ?? message);
}
