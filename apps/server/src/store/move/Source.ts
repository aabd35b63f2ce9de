import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BUSY_TIMEOUT_MS, inspect } from '../sqlite/inspect.ts';
import { MIGRATIONS, schemaVersion } from '../sqlite/migrations.ts';
import { markMoved, movedTo, type Moved } from '../sqlite/moved.ts';
import { valueOf } from '../sqlite/query.ts';
import { sqlName, type TableName } from '../schema.ts';
import { StoreRejection } from '../store.ts';
import { BATCH, selectAll, toRow, type Row } from './rows.ts';

/** The SQLite database that is moved; no server has it meanwhile. */
export class Source {
	readonly epoch: string;
	readonly #database: DatabaseSync;
	/** Changes whenever somebody else writes to the database. */
	readonly #version: unknown;

	/** @throws {StoreRejection} it is not one that can be moved, or something in it is not as it was written */
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

	/** Where the log has gone; undefined while it is here. */
	get moved(): Moved | undefined {
		return movedTo(this.#database);
	}

	count(name: TableName): number {
		return Number(valueOf(this.#database, `SELECT count(*) FROM ${sqlName(name)}`));
	}

	/** All rows of a table in the order of their keys, batch after batch. */
	*rows(name: TableName): Generator<Row[]> {
		let batch: Row[] = [];
		for (const values of this.#database.prepare(selectAll(name)).iterate()) {
			// Tables are STRICT: their columns hold nothing else.
			batch.push(toRow(name, values as Parameters<typeof toRow>[1]));
			if (batch.length < BATCH) continue;
			yield batch;
			batch = [];
		}
		if (batch.length > 0) yield batch;
	}

	/** Says in the database that its log has gone. @throws {StoreRejection} somebody has written to it meanwhile */
	mark(moved: Moved): void {
		markMoved(this.#database, moved, () => {
			if (this.#dataVersion !== this.#version) {
				throw new StoreRejection('somebody writes to the database although it is locked');
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
