import postgres from 'postgres';
import { NUMBERS, type Sql } from '../../../src/store/postgres/connect.ts';
import { toLog, type Log, type Row } from '../read-log.ts';

/** The log as PostgreSQL has it, read past the nodes. */
export class SharedLog {
	readonly #sql: Sql;

	/** @param url of the database */
	constructor(url: string) {
		this.#sql = postgres(url, { max: 1, types: { bigint: NUMBERS }, onnotice: () => undefined });
	}

	async read(): Promise<Log> {
		const rows = await this.#sql<Row[]>`
			SELECT room, seq, id, author_id AS "authorId", author_name AS "authorName", text, sent_at AS "sentAt", deletes
			FROM messages ORDER BY room, seq`;
		return toLog(rows);
	}

	/** The highest `seq` of each room. */
	async heads(): Promise<Map<string, number>> {
		const rows = await this.#sql<{ room: string; head: number }[]>`
			SELECT room, max(seq) AS head FROM messages GROUP BY room`;
		return new Map(rows.map(({ room, head }) => [room, head]));
	}

	/** The user ids of a room's members. */
	async members(room: string): Promise<Set<string>> {
		const rows = await this.#sql<{ userId: string }[]>`SELECT user_id AS "userId" FROM members WHERE room = ${room}`;
		return new Set(rows.map(({ userId }) => userId));
	}

	async close(): Promise<void> {
		await this.#sql.end({ timeout: 1 });
	}
}
