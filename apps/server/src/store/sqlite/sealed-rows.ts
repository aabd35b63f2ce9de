import { MAX_PACKET_BYTES } from '@digda/protocol';
import { crc32 } from 'node:zlib';
import type { DatabaseSync } from 'node:sqlite';
import { sharedColumns, sqlName, type SharedRow } from '../schema.ts';
import { DamagedContent } from './sqlite-error.ts';

/**
 * The tables of the log. SQLite detects damage to the structure of its file. The checksum in each row of these tables
 * detects damage to its content.
 */
export type SealedTable = 'messages' | 'changes';

/** A row as an array, which is faster than an object: the columns of the table, then the checksum. */
export type SealedRow = (string | number | null)[];

/** Precedes each field: a control character, which no room, id or name contains. */
const UNIT = '\u001f';

const COLUMNS: Readonly<Record<SealedTable, readonly string[]>> = {
	messages: sharedColumns('messages'),
	changes: sharedColumns('changes')
};

/** The columns of a sealed row in SQL. */
export function sealedColumns(name: SealedTable): string {
	return [...COLUMNS[name].map(sqlName), 'checksum'].join(', ');
}

/** Converts a row into its values with the checksum. */
export function seal<Name extends SealedTable>(name: Name, row: SharedRow<Name>): SealedRow {
	const values: SealedRow = [];
	for (const column of COLUMNS[name]) {
		values.push((row as Readonly<Record<string, string | number | null>>)[column] ?? null);
	}
	values.push(checksumOf(fieldsOf(values, values.length)));
	return values;
}

/** Convert values into rows. Literals are several times as fast as a loop over the columns. */
const ROW_OF: { readonly [Name in SealedTable]: (values: SealedRow) => SharedRow<Name> } = {
	messages([room, seq, id, authorId, authorName, sentAt, said, hidden, changed, editedAt, textSeq, replyTo, ...rest]) {
		const [isTopic, text, original, mentions, originalMentions, folded] = rest;
		const entry = { room, seq, id, authorId, authorName, sentAt, said, hidden };
		const state = { changed, editedAt, textSeq, replyTo, isTopic, text, original, mentions, originalMentions, folded };
		return { ...entry, ...state } as SharedRow<'messages'>;
	},
	changes([room, seq, id, authorId, authorName, sentAt, said, hidden, kind, target, targetAuthor, targetId, content]) {
		const entry = { room, seq, id, authorId, authorName, sentAt, said, hidden };
		const row = { ...entry, kind, target, targetAuthor, targetId, content };
		return row as SharedRow<'changes'>;
	}
};

/** Converts sealed values into a row. @throws {DamagedContent} the checksum does not match */
function unseal<Name extends SealedTable>(name: Name, values: SealedRow): SharedRow<Name> {
	const last = values.length - 1;
	if (values[last] !== checksumOf(fieldsOf(values, last))) {
		const [room, seq] = values;
		throw new DamagedContent(`entry ${seq} of the room ${room} is damaged`);
	}
	return ROW_OF[name](values);
}

function fieldsOf(values: SealedRow, count: number): string {
	let fields = '';
	for (let index = 0; index < count; index += 1) fields += `${UNIT}${values[index] ?? ''}`;
	return fields;
}

/** CRC-32 of the UTF-8 bytes as a signed 32-bit number, which SQLite stores in four bytes. */
function checksumOf(fields: unknown): number {
	return crc32(String(fields)) | 0;
}

/** Defines the SQL function of `sealing` and `isIntact` for a connection. */
export function defineEntryChecksum(database: DatabaseSync): void {
	database.function('entry_checksum', { deterministic: true }, checksumOf);
}

/**
 * Assignments for an `UPDATE` that set columns and the new checksum.
 * @param set SQL values by column name
 */
export function sealing(name: SealedTable, set: Readonly<Record<string, string>> = {}): string {
	const fields = COLUMNS[name].map((column) => `coalesce(${set[column] ?? sqlName(column)}, '')`);
	const assignments = Object.entries(set).map(([column, value]) => `${sqlName(column)} = ${value}`);
	return [...assignments, `checksum = entry_checksum(concat_ws(char(31), '', ${fields.join(', ')}))`].join(', ');
}

/** The SQL condition that the checksum of a row matches. */
export function isIntact(name: SealedTable): string {
	return `(${sealing(name)})`;
}

/** Makes a function that prepares reads of a table; each selects `sealedColumns`. */
export function sealedReadsOf(database: DatabaseSync) {
	return <Name extends SealedTable>(name: Name, sql: string) => {
		const statement = database.prepare(sql);
		statement.setReturnArrays(true);
		// `setReturnArrays` makes the values arrays.
		const toRow = (values: unknown) => unseal(name, values as SealedRow);
		return {
			/** Reads all rows, which the statement limits. */
			all: (...parameters: (string | number)[]): SharedRow<Name>[] => statement.all(...parameters).map(toRow),

			/** Reads rows until their texts exceed a packet. */
			fitting(...parameters: (string | number)[]): SharedRow<Name>[] {
				const rows: SharedRow<Name>[] = [];
				let units = 0;
				for (const values of statement.iterate(...parameters)) {
					const row = toRow(values);
					rows.push(row);
					const { text = '', content = '' } = row as { text?: string; content?: string };
					units += text.length + content.length;
					if (units > MAX_PACKET_BYTES) break;
				}
				return rows;
			}
		};
	};
}

/** The error for missing entries. */
export function missing(room: string, before: number): DamagedContent {
	return new DamagedContent(`entries of the room ${room} before ${before} are missing`);
}
