import postgres from 'postgres';
import type { Message } from '@digda/protocol';
import type { Log } from '../read-log.ts';

/** BIGINT of 8 bytes; what is in the log is far below 2^53. */
const BIGINT = { to: 20, from: [20], serialize: String, parse: Number };

interface Row {
	room: string;
	seq: number;
	id: string;
	authorId: string;
	authorName: string;
	text: string;
	sentAt: number;
}

/** The log as PostgreSQL has it, read past the nodes. */
export class SharedLog {
	readonly #sql: postgres.Sql<{ bigint: number }>;

	/** @param url of the database */
	constructor(url: string) {
		this.#sql = postgres(url, { max: 1, types: { bigint: BIGINT }, onnotice: () => undefined });
	}

	async read(): Promise<Log> {
		const rows = await this.#sql<Row[]>`
			SELECT room, seq, id, author_id AS "authorId", author_name AS "authorName", text, sent_at AS "sentAt"
			FROM messages ORDER BY room, seq`;
		const log: Log = new Map();
		for (const { room, authorId, authorName, ...message } of rows) {
			const messages: Message[] = log.get(room) ?? [];
			messages.push({ ...message, author: { id: authorId, name: authorName } });
			log.set(room, messages);
		}
		return log;
	}

	/** The highest `seq` of each room. */
	async heads(): Promise<Map<string, number>> {
		const rows = await this.#sql<{ room: string; head: number }[]>`
			SELECT room, max(seq) AS head FROM messages GROUP BY room`;
		return new Map(rows.map(({ room, head }) => [room, head]));
	}

	async close(): Promise<void> {
		await this.#sql.end({ timeout: 1 });
	}
}
