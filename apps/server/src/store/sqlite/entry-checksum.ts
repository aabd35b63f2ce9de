import { crc32 } from 'node:zlib';
import type { DatabaseSync } from 'node:sqlite';
import type { MessageRow } from '../message-row.ts';

/** Stands between two fields: a control character, which no room, id or name holds. */
const UNIT = '\u001f';

/**
 * The checksum of an entry: CRC-32 over its fields as UTF-8, as a signed number of 32 bits. SQLite notices damage to
 * the structure of its file; the checksum notices damage to what an entry says.
 */
export function entryChecksum(room: string, entry: MessageRow): number {
	const { seq, id, authorId, authorName, sentAt, deletes, text } = entry;
	return checksumOf(
		`${room}${UNIT}${seq}${UNIT}${id}${UNIT}${authorId}${UNIT}${authorName}${UNIT}${sentAt}${UNIT}${deletes ?? ''}${UNIT}${text}`
	);
}

function checksumOf(fields: unknown): number {
	// SQLite has numbers with a sign; one of 32 bits takes four bytes of a row.
	return crc32(String(fields)) | 0;
}

/** Lets the statements of a connection use `EMPTIED` and `IS_INTACT`. */
export function defineEntryChecksum(database: DatabaseSync): void {
	database.function('entry_checksum', { deterministic: true }, checksumOf);
}

const checksumWith = (text: string) =>
	`entry_checksum(concat_ws(char(31), room, seq, id, author_id, author_name, sent_at, coalesce(deletes, ''), ${text}))`;

/** What an `UPDATE messages SET` sets to take the text from an entry. */
export const EMPTIED = `text = '', checksum = ${checksumWith("''")}`;

/** For `UPDATE messages SET`: makes the checksum of a row right. */
export const SEALED = `checksum = ${checksumWith('text')}`;

/** The condition that a row of `messages` is as it was written. */
export const IS_INTACT = `(${SEALED})`;
