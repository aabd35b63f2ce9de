import { isDeepStrictEqual } from 'node:util';
import type { Entry, Message } from '@digda/protocol';
import type { Slice } from '../../src/store/store.ts';
import { readPages } from '../store/support/read.ts';
import { readLog, readMembers, type Log, type Stored } from './read-log.ts';
import { changesOf, replay } from './replay.ts';

/** Numbers of entries or messages per read, the small one for short rooms. */
const LIMITS = [200, 50];
const SMALL_LIMITS = [7, 1];
const SHORT = 500;

/** The number of further readers of a room. */
const STRANGERS = 2;

/** Checks that log and pages are the same for each limit, and that pages have the folded messages of the log. */
export async function checkPages(stored: Stored, log: Log, people: ReadonlySet<string>): Promise<string[]> {
	const complaints: string[] = [];
	const longest = Math.max(0, ...[...log.values()].map(({ length }) => length));
	const limits = longest <= SHORT ? [...LIMITS, ...SMALL_LIMITS] : LIMITS;
	for (const limit of limits) {
		if (!isDeepStrictEqual(await readLog(stored, limit), log)) complaints.push(`another log, read by ${limit}`);
	}
	for (const [room, entries] of log) {
		const members = [...(await readMembers(stored, room)).keys()];
		const strangers = members.filter((member) => !people.has(member)).slice(0, STRANGERS);
		for (const reader of [...members.filter((member) => people.has(member)), ...strangers]) {
			const expected = shown(entries, reader);
			for (const limit of limits) {
				const forth = await readPages(stored, reader, room, limit);
				const back = await readBack(stored, reader, room, limit);
				for (const [way, pages] of Object.entries({ forth, back })) {
					const wrong = findWrong(pages, entries, expected);
					if (wrong) complaints.push(`${room}, read ${way} by ${limit} as ${reader}: ${wrong}`);
				}
			}
		}
	}
	return complaints;
}

/** The folded messages of a log. A deletion is the last change of its message. */
function shown(entries: readonly Entry[], reader: string): Message[] {
	const changes = changesOf(entries);
	return replay(entries, reader).map((message) => {
		const deletion = changes.get(message.seq)?.find(({ kind }) => kind === 'delete');
		return deletion ? { ...message, changed: deletion.seq } : message;
	});
}

async function readBack(stored: Stored, userId: string, room: string, limit: number): Promise<Slice[]> {
	const pages: Slice[] = [];
	for (let before = Number.MAX_SAFE_INTEGER; before > 1;) {
		const page = await stored.readPage(userId, room, { before }, limit);
		if (!page) throw new Error(`${userId} is no member of ${room}`);
		pages.unshift(page);
		if (page.from >= before) break;
		before = page.from;
	}
	return pages;
}

/** @param pages in the order of the log */
function findWrong(
	pages: readonly Slice[],
	entries: readonly Entry[],
	expected: readonly Message[]
): string | undefined {
	let end = 0;
	for (const { from, to, toId, head } of pages) {
		if (from !== end + 1) return `a page from ${from} after ${end}`;
		if (toId !== (entries[to - 1]?.id ?? '')) return `the id ${toId} at ${to}`;
		if (head !== entries.length) return `a head of ${head}, and ${entries.length} entries`;
		end = to;
	}
	if (end !== entries.length) return `an end at ${end} of ${entries.length}`;
	const messages = pages.flatMap((page) => page.messages);
	const place = expected.findIndex((message, index) => !isDeepStrictEqual(message, messages[index]));
	if (place < 0 && messages.length === expected.length) return undefined;
	return `${JSON.stringify(messages[place])}, the log has ${JSON.stringify(expected[place])}`;
}

/** Checks that the projection of mentions has the people whom the messages of others mention now. */
export async function checkMentions({ ask }: Stored, log: Log): Promise<string[]> {
	const rows = await ask<{ room: string; seq: number; userId: string }>(
		'SELECT room, seq, user_id AS "userId" FROM mentions'
	);
	const [is, has] = [rows, [...log].flatMap(([room, entries]) => mentionsIn(room, entries))].map((each) =>
		each.map(({ room, seq, userId }) => `${room} ${seq} ${userId}`).sort()
	);
	return isDeepStrictEqual(is, has) ? [] : [`the mentions are ${is?.join()}, the log has ${has?.join()}`];
}

function mentionsIn(room: string, entries: readonly Entry[]): { room: string; seq: number; userId: string }[] {
	return replay(entries, undefined).flatMap(({ seq, author, mentions = [] }) => {
		const people = new Set(mentions.map(({ id }) => id));
		people.delete(author.id);
		return [...people].map((userId) => ({ room, seq, userId }));
	});
}

/** Checks that no row has content of a deleted message. */
export async function checkLeftovers({ ask }: Stored): Promise<string[]> {
	const left = await ask<{ room: string; seq: number }>(
		`SELECT room, seq FROM messages WHERE text = '' AND is_topic = 0 AND (
			original IS NOT NULL OR reply_to IS NOT NULL OR mentions <> '' OR original_mentions IS NOT NULL OR folded <> '' OR edited_at IS NOT NULL
			OR EXISTS (SELECT 1 FROM changes WHERE changes.room = messages.room AND target = messages.seq AND content <> '')
			OR EXISTS (SELECT 1 FROM mentions WHERE mentions.room = messages.room AND mentions.seq = messages.seq)
			OR EXISTS (SELECT 1 FROM marks WHERE marks.room = messages.room AND target = messages.seq)
		)`
	);
	return left.map(({ room, seq }) => `something is left of the deleted message ${seq} of ${room}`);
}
