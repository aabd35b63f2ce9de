import { MAX_PACKET_BYTES } from '@digda/protocol';
import { crc32 } from 'node:zlib';
import type { DatabaseSync } from 'node:sqlite';
import { sharedColumns, sqlName, type SharedRow } from '../schema.ts';
import { DamagedContent } from './sqlite-error.ts';

/**
 * The tables of the log. SQLite notices damage to the structure of its file; each row of these bears a checksum, which notices damage
 * to its content.
 */
export type SealedTable = 'messages' | 'changes';

/** A row as an array, which Node.js makes and JavaScript reads faster than an object: the columns of the table, the checksum last. */
export type SealedRow = (string | number | null)[];

/** Stands before each field: a control character, which no room, id or name holds. */
const UNIT = '\u001f';

const COLUMNS: Readonly<Record<SealedTable, readonly string[]>> = {
	messages: sharedColumns('messages'),
	changes: sharedColumns('changes')
};

/** The columns of a sealed row in SQL. */
export function sealedColumns(name: SealedTable): string {
	return [...COLUMNS[name].map(sqlName), 'checksum'].join(', ');
}

/** The values of a row with its checksum. */
export function seal<Name extends SealedTable>(name: Name, row: SharedRow<Name>): SealedRow {
	const values: SealedRow = [];
	for (const column of COLUMNS[name]) {
		values.push((row as Readonly<Record<string, string | number | null>>)[column] ?? null);
	}
	values.push(checksumOf(fieldsOf(values, values.length)));
	return values;
}

/** Make rows of their values. Literals are several times as fast as a loop over the columns. */
const ROW_OF: { readonly [Name in SealedTable]: (values: SealedRow) => SharedRow<Name> } = {
	messages([room, seq, id, authorId, authorName, sentAt, said, changed, editedAt, text, original, folded]) {
		const row = { room, seq, id, authorId, authorName, sentAt, said, changed, editedAt, text, original, folded };
		return row as SharedRow<'messages'>;
	},
	changes([room, seq, id, authorId, authorName, sentAt, said, kind, target, targetAuthor, targetId, content]) {
		const row = { room, seq, id, authorId, authorName, sentAt, said, kind, target, targetAuthor, targetId, content };
		return row as SharedRow<'changes'>;
	}
};

/** The row of sealed values. @throws {DamagedContent} it is not as it was written */
function unseal<Name extends SealedTable>(name: Name, values: SealedRow): SharedRow<Name> {
	const last = values.length - 1;
	if (values[last] !== checksumOf(fieldsOf(values, last))) {
		const [room, seq] = values;
		throw new DamagedContent(`entry ${seq} of the room ${room} is not as it was written`);
	}
	return ROW_OF[name](values);
}

function fieldsOf(values: SealedRow, count: number): string {
	let fields = '';
	for (let index = 0; index < count; index += 1) fields += `${UNIT}${values[index] ?? ''}`;
	return fields;
}

/** CRC-32 of UTF-8, as a signed number of 32 bits: SQLite stores that in four bytes. */
function checksumOf(fields: unknown): number {
	return crc32(String(fields)) | 0;
}

/** Lets the statements of a connection use `sealing` and `isIntact`. */
export function defineEntryChecksum(database: DatabaseSync): void {
	database.function('entry_checksum', { deterministic: true }, checksumOf);
}

/**
 * Assignments for an `UPDATE` of a table, which set columns and make the checksum right.
 * @param set by the names of columns, with values in SQL
 */
export function sealing(name: SealedTable, set: Readonly<Record<string, string>> = {}): string {
	const fields = COLUMNS[name].map((column) => `coalesce(${set[column] ?? sqlName(column)}, '')`);
	const assignments = Object.entries(set).map(([column, value]) => `${sqlName(column)} = ${value}`);
	return [...assignments, `checksum = entry_checksum(concat_ws(char(31), '', ${fields.join(', ')}))`].join(', ');
}

/** The condition that a row of a table is as it was written. */
export function isIntact(name: SealedTable): string {
	return `(${sealing(name)})`;
}

/** @returns a function that prepares reads of a table; each selects `sealedColumns` */
export function sealedReadsOf(database: DatabaseSync) {
	return <Name extends SealedTable>(name: Name, sql: string) => {
		const statement = database.prepare(sql);
		statement.setReturnArrays(true);
		// Arrays, as the statement is told.
		const toRow = (values: unknown) => unseal(name, values as SealedRow);
		return {
			/** Reads all rows, which the statement limits to few. */
			all: (...parameters: (string | number)[]): SharedRow<Name>[] => statement.all(...parameters).map(toRow),

			/** Reads rows up to so many texts as fit into a packet. */
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

/** The failure of a read that lacks an entry. */
export function missing(room: string, before: number): DamagedContent {
	return new DamagedContent(`entries of the room ${room} before ${before} are missing`);
}
