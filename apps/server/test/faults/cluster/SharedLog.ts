import { withClient } from '@digda/testkit/engines/with-client.ts';
import { createLogger } from '../../../src/log.ts';
import { Connection } from '../../../src/store/postgres/Connection.ts';
import { Database } from '../../../src/store/postgres/Database.ts';
import { createHistory } from '../../../src/store/postgres/history.ts';
import { TIMINGS } from '../../../src/timings.ts';
import type { Stored } from '../read-log.ts';

/** The database of PostgreSQL, read without the nodes. */
export class SharedLog implements Stored {
	readonly #url: string;
	readonly #database: Database;
	readonly readLog: Stored['readLog'];
	readonly readPage: Stored['readPage'];

	/** @param url of the database */
	constructor(url: string) {
		this.#url = url;
		this.#database = new Database(url, new Connection(url), { log: createLogger('silent'), timings: TIMINGS });
		const { readLog, readPage } = createHistory(this.#database);
		this.readLog = readLog;
		this.readPage = readPage;
	}

	readonly ask = async <Row extends object>(sql: string): Promise<Row[]> =>
		await withClient(this.#url, async (client) => (await client.query<Row>(sql)).rows);

	async close(): Promise<void> {
		await this.#database.close();
	}
}
