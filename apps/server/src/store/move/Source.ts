import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreRefusal } from '../store.ts';
import { defineEntryChecksum, IS_INTACT } from '../sqlite/entry-checksum.ts';
import { BUSY_TIMEOUT_MS, inspect } from '../sqlite/inspect.ts';
import { MIGRATIONS, schemaVersion } from '../sqlite/migrations.ts';
import { markMoved, movedTo, type Moved } from '../sqlite/moved.ts';
import { valueOf } from '../sqlite/query.ts';
import { DamagedContent } from '../sqlite/sqlite-error.ts';
import { MESSAGES, type Kind, type Row, type Table } from './tables.ts';

/** A room and how many messages it has. */
export interface Head {
	room: string;
	head: number;
}

/** A column as text, and a value of it out of that text. */
const TO_TEXT: Record<Kind, (column: string) => string> = {
	text: (column) => column,
	number: (column) => `CAST(${column} AS TEXT) AS ${column}`,
	boolean: (column) => `CAST(${column} AS TEXT) AS ${column}`,
	bytes: (column) => `'\\x' || lower(hex(${column})) AS ${column}`
};
const FROM_TEXT: Record<Kind, string> = {
	text: '?',
	number: 'CAST(? AS INTEGER)',
	boolean: 'CAST(? AS INTEGER)',
	bytes: 'unhex(substr(?, 3))'
};

/** The SQLite database that is moved, as it is at the moment of each call. */
export class Source {
	readonly epoch: string;
	readonly #database: DatabaseSync;

	private constructor(database: DatabaseSync, epoch: string) {
		this.#database = database;
		this.epoch = epoch;
	}

	/**
	 * Opens a database beside a server that has it.
	 * @param isToBeMarked whether the connection can write, which none should while a server runs
	 * @throws {StoreRefusal} it is not one that can be moved
	 */
	static open(file: string, isToBeMarked = false): Source {
		if (!statSync(file, { throwIfNoEntry: false }) || inspect(file, 'kind').isEmpty) {
			throw new StoreRefusal(`there is no database ${file} yet`);
		}
		const database = new DatabaseSync(file, { readOnly: !isToBeMarked, timeout: BUSY_TIMEOUT_MS });
		defineEntryChecksum(database);
		if (schemaVersion(database) < MIGRATIONS.length) {
			database.close();
			throw new StoreRefusal(`${file} was made by an older version: start this version's server on it once`);
		}
		if (isToBeMarked)
			database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
		return new Source(database, String(valueOf(database, 'SELECT epoch FROM meta')));
	}

	/** Where the log has gone; undefined while it is here. */
	get moved(): Moved | undefined {
		return movedTo(this.#database);
	}

	/** Changes whenever somebody else writes to the database. */
	get version(): unknown {
		return valueOf(this.#database, 'PRAGMA data_version');
	}

	/** How many rows a table has. */
	count(table: Table): number {
		return Number(valueOf(this.#database, `SELECT count(*) FROM ${table.name}`));
	}

	/** How many messages all rooms have, without counting them. */
	countMessages(): number {
		return Number(valueOf(this.#database, 'SELECT coalesce(sum(head), 0) FROM rooms'));
	}

	/** The first rows of a table after a key, in the order of keys. */
	rowsAfter(table: Table, after: readonly string[] | undefined, limit: number): Row[] {
		const [first = '', second] = table.key;
		if (!after) return this.#select(table, 'TRUE', [], limit);
		const isGreater = (column: string) => `${column} > ${FROM_TEXT[table.columns[column] ?? 'text']}`;
		if (second === undefined) return this.#select(table, isGreater(first), after, limit);
		// In two steps, for a comparison with both columns as one would look at all messages of a room.
		const rows = this.#select(table, `${first} = ? AND ${isGreater(second)}`, after, limit);
		if (rows.length === limit) return rows;
		return [...rows, ...this.#select(table, isGreater(first), after.slice(0, 1), limit - rows.length)];
	}

	/** The first messages of a room after a `seq`. */
	messagesAfter(room: string, after: number, limit: number): Row[] {
		return this.#select(MESSAGES, 'room = ? AND seq > ?', [room, after], limit);
	}

	/** A message, when it is there. */
	message(room: string, seq: number): Row[] {
		return this.#select(MESSAGES, 'room = ? AND seq = ?', [room, seq], 1);
	}

	/** The first rooms after a room, by their identifiers. */
	roomsAfter(room: string, limit: number): Head[] {
		const statement = this.#database.prepare('SELECT room, head FROM rooms WHERE room > ? ORDER BY room LIMIT ?');
		return statement.all(room, limit) as unknown as Head[];
	}

	/**
	 * Says in the database that its log has gone; when it was said before, does nothing.
	 * @param version that which it had when everything was copied
	 * @throws {StoreRefusal} somebody has written to it since, or it has gone elsewhere
	 */
	mark(moved: Moved, version: unknown): void {
		if (this.moved?.id === moved.id) return;
		markMoved(this.#database, moved, () => {
			if (this.version !== version) throw new StoreRefusal('somebody writes to the database although it is locked');
		});
	}

	close(): void {
		this.#database.close();
	}

	#select(table: Table, where: string, values: readonly (string | number)[], limit: number): Row[] {
		const columns = Object.entries(table.columns).map(([column, kind]) => TO_TEXT[kind](column));
		const isIntact = table === MESSAGES ? IS_INTACT : 'TRUE';
		const rows = this.#database
			.prepare(
				`SELECT ${columns.join(', ')}, ${isIntact} AS isIntact FROM ${table.name} WHERE ${where}
				ORDER BY ${table.key.map((column) => `${table.name}.${column}`).join(', ')} LIMIT ?`
			)
			.all(...values, limit);
		return rows.map(({ isIntact, ...row }) => {
			if (!isIntact) throw new DamagedContent(`${table.name} holds a row that is not as it was written`);
			// Every other column is text.
			return row as Row;
		});
	}
}
