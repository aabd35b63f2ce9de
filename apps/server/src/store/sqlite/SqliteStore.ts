import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import { StoreUnavailable, type Store } from '../store.ts';
import type { Method } from './calls.ts';
import { Connection, startWorker } from './Connection.ts';
import { lockFile } from './lock.ts';
import { prepareFile } from './prepare-file.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** What is always a write: after a disk was full, its success says that there is room again. */
const WRITES: readonly Method[] = ['append', 'createSession', 'rename'];

/** The store in one SQLite file. A worker does the work and is replaced when it fails; the lock outlives it. */
export class SqliteStore implements Store {
	readonly epoch: string;
	readonly isShared = false;
	readonly #log: Logger;
	readonly #open: (epoch?: string) => Promise<Connection>;
	readonly #closing = new AbortController();
	readonly #closed: Promise<void>;
	#connection: Connection | undefined;
	#isAvailable = true;

	private constructor(
		connection: Connection,
		open: (epoch?: string) => Promise<Connection>,
		release: () => void,
		log: Logger
	) {
		this.epoch = connection.epoch;
		this.#log = log;
		this.#open = open;
		this.#connection = connection;
		this.#closed = this.#keepOpen(connection).finally(release);
	}

	/**
	 * Opens a file, or makes it, with the directories above it.
	 * @param file an absolute path
	 * @throws {StoreRefusal} it cannot be used; then it has not been touched
	 */
	static async open(file: string, log: Logger, start = startWorker): Promise<SqliteStore> {
		const path = prepareFile(file);
		const { release } = lockFile(path);
		const open = (epoch?: string) =>
			Connection.open(start(epoch === undefined ? { file: path } : { file: path, epoch }));
		try {
			return new SqliteStore(await open(), open, release, log);
		} catch (error) {
			release();
			throw error;
		}
	}

	append: Store['append'] = (...args) => this.#call('append', args);
	read: Store['read'] = (...args) => this.#call('read', args);
	readAs: Store['readAs'] = (...args) => this.#call('readAs', args);
	heads: Store['heads'] = (...args) => this.#call('heads', args);
	join: Store['join'] = (...args) => this.#call('join', args);
	leave: Store['leave'] = (...args) => this.#call('leave', args);
	createRoom: Store['createRoom'] = (...args) => this.#call('createRoom', args);
	retitle: Store['retitle'] = (...args) => this.#call('retitle', args);
	closeRoom: Store['closeRoom'] = (...args) => this.#call('closeRoom', args);
	findRoom: Store['findRoom'] = (...args) => this.#call('findRoom', args);
	membersOf: Store['membersOf'] = (...args) => this.#call('membersOf', args);
	removeMember: Store['removeMember'] = (...args) => this.#call('removeMember', args);
	invite: Store['invite'] = (...args) => this.#call('invite', args);
	revoke: Store['revoke'] = (...args) => this.#call('revoke', args);
	accept: Store['accept'] = (...args) => this.#call('accept', args);
	deleteMessage: Store['deleteMessage'] = (...args) => this.#call('deleteMessage', args);
	goneIn: Store['goneIn'] = (...args) => this.#call('goneIn', args);
	departures: Store['departures'] = (...args) => this.#call('departures', args);
	roomsOf: Store['roomsOf'] = (...args) => this.#call('roomsOf', args);
	publicRooms: Store['publicRooms'] = (...args) => this.#call('publicRooms', args);
	createSession: Store['createSession'] = (...args) => this.#call('createSession', args);
	renewSession: Store['renewSession'] = (...args) => this.#call('renewSession', args);
	findSession: Store['findSession'] = (...args) => this.#call('findSession', args);
	findUser: Store['findUser'] = (...args) => this.#call('findUser', args);
	rename: Store['rename'] = (...args) => this.#call('rename', args);

	async close(): Promise<void> {
		if (!this.#closing.signal.aborted) {
			this.#closing.abort();
			await this.#connection?.close();
		}
		await this.#closed;
	}

	async #call<Name extends Method>(
		method: Name,
		args: Parameters<Store[Name]>
	): Promise<Awaited<ReturnType<Store[Name]>>> {
		if (this.#closing.signal.aborted) throw new StoreUnavailable('the database is closed');
		if (!this.#connection) throw new StoreUnavailable('the database is being opened again');
		try {
			const value = await this.#connection.call(method, args);
			if (WRITES.includes(method)) this.#noteAvailable();
			return value;
		} catch (error) {
			if (error instanceof StoreUnavailable) this.#noteUnavailable(error.message);
			throw error;
		}
	}

	/** Replaces the connection whenever it ends, until the store is closed. */
	async #keepOpen(first: Connection): Promise<void> {
		let connection: Connection | undefined = first;
		while (connection) {
			this.#connection = connection;
			if (this.#closing.signal.aborted) await connection.close();
			const reason = await connection.ended;
			this.#connection = undefined;
			if (this.#closing.signal.aborted) return;
			this.#noteUnavailable(reason);
			connection = await this.#reopen();
			if (connection) this.#noteAvailable();
		}
	}

	/** Tries until it has a connection; without one when the store was closed meanwhile. */
	async #reopen(): Promise<Connection | undefined> {
		const { signal } = this.#closing;
		for (let pause = FIRST_RETRY_MS; ; pause = Math.min(2 * pause, LAST_RETRY_MS)) {
			await sleep(pause, undefined, { signal }).catch(() => undefined);
			if (signal.aborted) return undefined;
			try {
				return await this.#open(this.epoch);
			} catch (error) {
				this.#log.debug({ error: String(error) }, 'The database cannot be opened yet');
			}
		}
	}

	#noteUnavailable(reason: string): void {
		if (this.#isAvailable) this.#log.error({ reason }, 'The database is unavailable');
		this.#isAvailable = false;
	}

	#noteAvailable(): void {
		if (!this.#isAvailable) this.#log.info('The database is available again');
		this.#isAvailable = true;
	}
}
