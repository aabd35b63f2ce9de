import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BUSY_TIMEOUT_MS, inspect } from '../sqlite/inspect.ts';
import { MIGRATIONS, schemaVersion } from '../sqlite/migrations.ts';
import { markMoved, movedTo, type Moved } from '../sqlite/moved.ts';
import { valueOf } from '../sqlite/query.ts';
import { sqlName, type TableName } from '../schema.ts';
import { StoreRejection } from '../store.ts';
import { BATCH, selectAll, toRow, type Row } from './rows.ts';

/** The SQLite database that is moved. No server uses it meanwhile. */
export class Source {
	readonly epoch: string;
	readonly #database: DatabaseSync;
	/** SQLite changes this number when another connection writes to the database. */
	readonly #version: unknown;

	/** @throws {StoreRejection} the database cannot be moved or is damaged */
	constructor(file: string) {
		if (!statSync(file, { throwIfNoEntry: false }) || inspect(file, 'thorough').isEmpty) {
			throw new StoreRejection(`there is no database ${file} yet`);
		}
		this.#database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
		if (schemaVersion(this.#database) < MIGRATIONS.length) {
			this.close();
			throw new StoreRejection(`${file} was made by an older version: start this version's server on it once`);
		}
		this.#database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
		this.epoch = String(valueOf(this.#database, 'SELECT epoch FROM meta'));
		this.#version = this.#dataVersion;
	}

	/** The move that ended this log; undefined while it is in use. */
	get moved(): Moved | undefined {
		return movedTo(this.#database);
	}

	count(name: TableName): number {
		return Number(valueOf(this.#database, `SELECT count(*) FROM ${sqlName(name)}`));
	}

	/** Reads all rows of a table in batches, in the order of their keys. */
	*rows(name: TableName): Generator<Row[]> {
		let batch: Row[] = [];
		for (const values of this.#database.prepare(selectAll(name)).iterate()) {
			// Tables are STRICT, so the columns have these types.
			batch.push(toRow(name, values as Parameters<typeof toRow>[1]));
			if (batch.length < BATCH) continue;
			yield batch;
			batch = [];
		}
		if (batch.length > 0) yield batch;
	}

	/** Marks the log of the database as moved. @throws {StoreRejection} another program has written to it meanwhile */
	mark(moved: Moved): void {
		markMoved(this.#database, moved, () => {
			if (this.#dataVersion !== this.#version) {
				throw new StoreRejection('another program writes to the database although it is locked');
			}
		});
	}

	close(): void {
		this.#database.close();
	}

	get #dataVersion(): unknown {
		return valueOf(this.#database, 'PRAGMA data_version');
	}
}
