import { withClient } from '@digda/testkit/engines/with-client.ts';
import { toLog, type Log, type Row } from '../read-log.ts';

/** The log as PostgreSQL has it, read past the nodes. */
export class SharedLog {
	readonly #url: string;

	/** @param url of the database */
	constructor(url: string) {
		this.#url = url;
	}

	async read(): Promise<Log> {
		return toLog(
			await this.#ask<Row>(
				`SELECT room, seq, id, author_id AS "authorId", author_name AS "authorName", text, sent_at AS "sentAt", deletes
				FROM messages ORDER BY room, seq`
			)
		);
	}

	/** The highest `seq` of each room. */
	async heads(): Promise<Map<string, number>> {
		const rows = await this.#ask<{ room: string; head: number }>(
			'SELECT room, max(seq) AS head FROM messages GROUP BY room'
		);
		return new Map(rows.map(({ room, head }) => [room, head]));
	}

	/** The user ids of a room's members. */
	async members(room: string): Promise<Set<string>> {
		const rows = await this.#ask<{ userId: string }>('SELECT user_id AS "userId" FROM members WHERE room = $1', [room]);
		return new Set(rows.map(({ userId }) => userId));
	}

	async #ask<Found extends object>(text: string, parameters: string[] = []): Promise<Found[]> {
		return await withClient(this.#url, async (client) => (await client.query<Found>(text, parameters)).rows);
	}
}
