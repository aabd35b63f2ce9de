import { isPrivateRoom, MAX_ROOMS_PER_USER, type User } from '@digda/protocol';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import { toMessage, type MessageRow } from '../message-row.ts';
import { fitting, pageOf } from '../page.ts';
import {
	StoreRefusal,
	StoreUnavailable,
	type Appended,
	type Membership,
	type Range,
	type Store,
	type StoredRoom
} from '../store.ts';
import { connect, type Sql } from './connect.ts';
import { createOwnership } from './ownership.ts';
import { toStoreError } from './postgres-error.ts';
import { prepare } from './prepare.ts';

/** A connection on which nothing comes back for so long is given up; the server ends its statements before. */
const ANSWER_MS = 6_000;

/** Reads of the log need no order among each other. */
const READERS = 3;

/** A row of what became of a batch: of a message, then of a cursor. */
interface AppendedRow {
	code: 'forbidden' | 'not_found' | 'id_reused' | null;
	isNew: boolean;
	seq: number | null;
	sentAt: number;
}

/** A row of `join_room`; without a room, why there is none. */
type JoinedRow = { outcome: 'missing' | 'not_found' | 'forbidden' } | (Membership & { outcome: 'joined' });

/** The store in PostgreSQL, which many nodes share. Every change is one statement; those of one node are in order. */
export class PostgresStore implements Store {
	readonly epoch: string;
	readonly isShared = true;
	readonly #url: string;
	readonly #log: Logger;
	#ordered: Sql;
	#readers: Sql;
	/** Statements that are under way; none is for longer than `ANSWER_MS`. */
	readonly #running = new Set<Promise<unknown>>();
	#isAvailable = true;
	#closed: Promise<void> | undefined;

	private constructor(url: string, ordered: Sql, epoch: string, log: Logger) {
		this.#url = url;
		this.epoch = epoch;
		this.#log = log;
		this.#ordered = ordered;
		this.#readers = connect(url, READERS);
	}

	/**
	 * Connects, and brings the schema up to date.
	 * @throws {StoreRefusal} it cannot be reached, or not be used
	 */
	static async open(url: string, log: Logger): Promise<PostgresStore> {
		const ordered = connect(url, 1);
		try {
			return new PostgresStore(url, ordered, await prepare(ordered), log);
		} catch (error) {
			await ordered.end({ timeout: 0 });
			if (error instanceof StoreRefusal) throw error;
			throw new StoreRefusal(`the database cannot be used: ${error instanceof Error ? error.message : String(error)}`);
		}
	}

	append: Store['append'] = async (messages, cursors) => {
		const columns = (sql: Sql) => sql<AppendedRow[]>`
			SELECT code, is_new AS "isNew", seq, sent_at AS "sentAt" FROM append_batch(
				${messages.map(({ room }) => room)}::text[], ${messages.map(({ id }) => id)}::text[],
				${messages.map(({ author }) => author.id)}::text[], ${messages.map(({ author }) => author.name)}::text[],
				${messages.map(({ text }) => text)}::text[], ${messages.map(({ sentAt }) => sentAt)}::bigint[],
				${cursors.map(({ room }) => room)}::text[], ${cursors.map(({ userId }) => userId)}::text[],
				${cursors.map(({ seq }) => seq)}::bigint[]
			)`;
		const rows = await this.#inOrder(columns);
		return {
			messages: rows.slice(0, messages.length).map(toAppended),
			cursors: rows.slice(messages.length).map(({ seq }) => seq)
		};
	};

	read: Store['read'] = async (room, range, limit) => {
		const { from, back, forth } = reachOf(range, limit);
		const rows = await this.#aside(
			(sql) => sql<(MessageRow & { head: number })[]>`
				SELECT head, seq, id, author_id AS "authorId", author_name AS "authorName", text, sent_at AS "sentAt", deletes
				FROM rooms LEFT JOIN messages ON messages.room = rooms.room
					AND seq BETWEEN least(${from}::bigint, head) - ${back}::bigint AND least(${from}::bigint, head) + ${forth}::bigint
				WHERE rooms.room = ${room} ORDER BY seq`
		);
		const head = rows[0]?.head ?? 0;
		const { first, last, anchor } = pageOf(range, limit, head);
		const page = rows.filter(({ seq }) => seq >= first && seq <= last);
		return { head, messages: fitting(page.map(toMessage), anchor) };
	};

	heads: Store['heads'] = async (rooms) => {
		const rows = await this.#aside(
			(sql) =>
				sql<{ room: string; head: number }[]>`SELECT room, head FROM rooms WHERE room = ANY (${[...rooms]}::text[])`
		);
		const heads = new Map(rows.map(({ room, head }) => [room, head]));
		return rooms.flatMap((room) => {
			const head = heads.get(room);
			return head === undefined ? [] : [[room, head]];
		});
	};

	join: Store['join'] = async (userId, room, makeAt) => {
		const [row] = await this.#inOrder(
			(sql) => sql<JoinedRow[]>`
				SELECT outcome, room, title, owner_id AS "ownerId", is_private AS "isPrivate", head, read_seq AS "readSeq"
				FROM join_room(${userId}, ${room}, ${isPrivateRoom(room)}, ${makeAt ?? null}, ${MAX_ROOMS_PER_USER})`
		);
		if (row?.outcome !== 'joined') return row?.outcome ?? 'missing';
		const { room: id, title, ownerId, isPrivate, head, readSeq } = row;
		return { room: id, title, ownerId, isPrivate, head, readSeq };
	};

	leave: Store['leave'] = async (userId, room) => {
		const [row] = await this.#inOrder(
			(sql) => sql<{ outcome: 'done' | 'forbidden' }[]>`SELECT leave_room(${userId}, ${room}) AS outcome`
		);
		return row?.outcome ?? 'done';
	};

	readonly #ownership = createOwnership((statement) => this.#inOrder(statement));
	createRoom: Store['createRoom'] = (...args) => this.#ownership.createRoom(...args);
	retitle: Store['retitle'] = (...args) => this.#ownership.retitle(...args);
	closeRoom: Store['closeRoom'] = (...args) => this.#ownership.closeRoom(...args);
	findRoom: Store['findRoom'] = (...args) => this.#ownership.findRoom(...args);
	membersOf: Store['membersOf'] = (...args) => this.#ownership.membersOf(...args);
	removeMember: Store['removeMember'] = (...args) => this.#ownership.removeMember(...args);
	invite: Store['invite'] = (...args) => this.#ownership.invite(...args);
	revoke: Store['revoke'] = (...args) => this.#ownership.revoke(...args);
	accept: Store['accept'] = (...args) => this.#ownership.accept(...args);
	deleteMessage: Store['deleteMessage'] = (...args) => this.#ownership.deleteMessage(...args);
	goneIn: Store['goneIn'] = (...args) => this.#ownership.goneIn(...args);
	departures: Store['departures'] = (...args) => this.#ownership.departures(...args);
	renewSession: Store['renewSession'] = (...args) => this.#ownership.renewSession(...args);

	roomsOf: Store['roomsOf'] = async (userId) => [
		...(await this.#inOrder(
			(sql) => sql<Membership[]>`
				SELECT room, title, owner_id AS "ownerId", is_private AS "isPrivate", head, read_seq AS "readSeq"
				FROM members JOIN rooms USING (room) WHERE user_id = ${userId} ORDER BY title, room`
		))
	];

	publicRooms: Store['publicRooms'] = async (limit) => [
		...(await this.#aside(
			(sql) => sql<StoredRoom[]>`
				SELECT room, title, owner_id AS "ownerId", is_private AS "isPrivate", head
				FROM rooms WHERE NOT is_private AND closed_at IS NULL ORDER BY last_at DESC, room LIMIT ${limit}`
		))
	];

	createSession: Store['createSession'] = async (tokenHash, user, now) => {
		await this.#inOrder(
			(sql) => sql`
				WITH made AS (INSERT INTO users (id, name, created_at) VALUES (${user.id}, ${user.name}, ${now}))
				INSERT INTO sessions (token_hash, user_id, created_at)
				VALUES (decode(${tokenHash}, 'hex'), ${user.id}, ${now})`
		);
	};

	findSession: Store['findSession'] = async (tokenHash) => {
		const [user] = await this.#inOrder(
			(sql) => sql<User[]>`
				SELECT id, name FROM sessions JOIN users ON id = user_id WHERE token_hash = decode(${tokenHash}, 'hex')`
		);
		return user;
	};

	findUser: Store['findUser'] = async (userId) => {
		const [user] = await this.#inOrder((sql) => sql<User[]>`SELECT id, name FROM users WHERE id = ${userId}`);
		return user;
	};

	rename: Store['rename'] = async (userId, name) => {
		await this.#inOrder((sql) => sql`UPDATE users SET name = ${name} WHERE id = ${userId}`);
	};

	close(): Promise<void> {
		return (this.#closed ??= this.#end());
	}

	async #end(): Promise<void> {
		await Promise.allSettled(this.#running);
		// Left to itself, the driver waits for answers on a connection that the other side has closed.
		await Promise.all([this.#ordered, this.#readers].map((sql) => sql.end({ timeout: 0 })));
	}

	/** Runs a statement after all that were made before. */
	#inOrder<Result>(statement: (sql: Sql) => Promise<Result>): Promise<Result> {
		return this.#run(this.#ordered, statement);
	}

	/** Runs a statement that only reads, beside others. */
	#aside<Result>(statement: (sql: Sql) => Promise<Result>): Promise<Result> {
		return this.#run(this.#readers, statement);
	}

	async #run<Result>(sql: Sql, statement: (sql: Sql) => Promise<Result>): Promise<Result> {
		if (this.#closed) throw new StoreUnavailable('the database is closed');
		const answered = new AbortController();
		const late = sleep(ANSWER_MS, undefined, { signal: answered.signal, ref: false }).then(
			() => {
				this.#replace(sql);
				throw new StoreUnavailable('the database does not answer');
			},
			() => new Promise<never>(() => undefined)
		);
		const running = Promise.race([statement(sql), late]);
		this.#running.add(running);
		try {
			const result = await running;
			if (!this.#isAvailable) this.#log.info('The database is available again');
			this.#isAvailable = true;
			return result;
		} catch (error) {
			throw this.#note(error);
		} finally {
			this.#running.delete(running);
			answered.abort();
		}
	}

	/** What hangs would hang for ever: its connections are cut, and new ones are made when they are needed. */
	#replace(sql: Sql): void {
		if (this.#closed) return;
		if (sql === this.#ordered) this.#ordered = connect(this.#url, 1);
		else if (sql === this.#readers) this.#readers = connect(this.#url, READERS);
		else return;
		void sql.end({ timeout: 0 });
	}

	/** Says once that the database is to blame. @returns the error as the caller is to see it */
	#note(thrown: unknown): unknown {
		const error = thrown instanceof StoreUnavailable ? thrown : toStoreError(thrown);
		if (error instanceof StoreUnavailable && this.#isAvailable && !this.#closed) {
			this.#isAvailable = false;
			this.#log.error({ reason: error.message }, 'The database is unavailable');
		}
		return error;
	}
}

function toAppended({ code, isNew, seq, sentAt }: AppendedRow): Appended {
	return code === null && seq !== null ? { ok: true, isNew, seq, sentAt } : { ok: false, code: code ?? 'not_found' };
}

/** How far a page may reach from a place in the log; where that is beyond the head, from the head. */
function reachOf(range: Range, limit: number): { from: number; back: number; forth: number } {
	const most = limit - 1;
	if ('before' in range) return { from: range.before - 1, back: most, forth: 0 };
	if ('after' in range) return { from: range.after + 1, back: 0, forth: most };
	return { from: Math.max(1, range.around), back: most, forth: most };
}
