import { countFitting, type Entry } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import { toChangeEntry, toRowEntry, type MessageRow } from '../entry-rows.ts';
import { statementsOf } from './query.ts';
import { missing, sealedColumns, sealedReadsOf, type SealedTable } from './sealed-rows.ts';

/** Makes the function that reads the message to which a message replies, within the caller's transaction. */
export function sourceReaderOf(database: DatabaseSync): (row: MessageRow) => MessageRow | undefined {
	const read = sealedReadsOf(database)(
		'messages',
		`SELECT ${sealedColumns('messages')} FROM messages WHERE room = ? AND seq = ?`
	);
	return ({ room, seq, replyTo }) => {
		if (replyTo === null) return undefined;
		const [source] = read.all(room, replyTo);
		if (!source) throw missing(room, seq);
		return source;
	};
}

/**
 * Makes the function that reads consecutive entries of a room after a `seq`: at most `limit`, and at most a packet. It
 * reads within the caller's transaction.
 */
export function createLogReader(database: DatabaseSync): (room: string, after: number, limit: number) => Entry[] {
	const prepare = statementsOf(database);
	const sealed = sealedReadsOf(database);
	const findHead = prepare<[string], { head: number }>('SELECT head FROM rooms WHERE room = ?');
	const readAfter = (name: SealedTable) =>
		`SELECT ${sealedColumns(name)} FROM ${name} WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`;
	const readMessages = sealed('messages', readAfter('messages'));
	const readChanges = sealed('changes', readAfter('changes'));
	const findSource = sourceReaderOf(database);
	return (room, after, limit) => {
		const messages = readMessages.fitting(room, after, limit);
		const changes = readChanges.fitting(room, after, limit);
		const entries = [...messages.map((row) => toRowEntry(row, findSource(row))), ...changes.map(toChangeEntry)]
			.sort((one, other) => one.seq - other.seq)
			.slice(0, limit);
		// Beyond the end of a shortened list, the other list has gaps.
		const gap = entries.findIndex(({ seq }, index) => seq !== after + 1 + index);
		const isMissing = entries.length === 0 && after < (findHead.first(room)?.head ?? 0);
		if (gap === 0 || isMissing) throw missing(room, after + 2);
		const whole = gap < 0 ? entries : entries.slice(0, gap);
		return whole.slice(0, countFitting(whole));
	};
}
