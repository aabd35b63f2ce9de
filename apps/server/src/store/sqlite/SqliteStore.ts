import type { Logger } from '../../log.ts';
import { StoreUnavailable, type Store } from '../store.ts';
import type { Method, WorkerStart } from './calls.ts';
import { DatabaseThread, startWorker } from './DatabaseThread.ts';
import { damaged } from './inspect.ts';
import { ThreadSupervisor } from './ThreadSupervisor.ts';
import { lockFile } from './lock.ts';
import { prepareFile } from './prepare-file.ts';
import { spaceOf } from './space.ts';

/** Methods that always write: their success shows that a full disk has space again. */
const WRITES: readonly Method[] = ['append', 'createSession', 'rename'];

/** Methods that only read, possibly much. A separate thread runs them, so that no commit waits for them. */
const READS: readonly Method[] = [
	'readLog',
	'readPage',
	'readOn',
	'findAt',
	'saidAt',
	'unreadMentions',
	'versions',
	'reactors',
	'publicRooms',
	'membersOf',
	'preview',
	'behind',
	'countEntries'
];

interface SqliteStoreOptions {
	start?: typeof startWorker;
	onDamage?: (finding: string) => void;
}

/**
 * The store in one SQLite file. A writing thread opens it first. The first read starts a second, reading thread, to
 * which SQLite shows all earlier commits. A failed thread is replaced; the lock on the file remains. Without a reading
 * thread, the writing one reads.
 */
export class SqliteStore implements Store {
	readonly epoch: string;
	readonly isShared = false;
	readonly #file: string;
	readonly #log: Logger;
	readonly #release: () => void;
	readonly #writer: ThreadSupervisor;
	readonly #reader: ThreadSupervisor;
	#closed: Promise<void> | undefined;
	#isDamaged = false;
	#isAvailable = true;

	private constructor(
		file: string,
		first: DatabaseThread,
		open: (kind: Omit<WorkerStart, 'file'>) => Promise<DatabaseThread>,
		release: () => void,
		log: Logger,
		onDamage: (reason: string) => void
	) {
		const { epoch } = first;
		this.epoch = epoch;
		this.#file = file;
		this.#log = log;
		this.#release = release;
		const supervise = (isReader: boolean) =>
			new ThreadSupervisor({
				open: () => open({ epoch, isReader }),
				onEnd: (reason) => this.#noteUnavailable(reason),
				onDamage: (reason) => {
					this.#isDamaged = true;
					onDamage(reason);
				},
				onReopen: () => {
					if (this.#writer.current) this.#noteAvailable();
				},
				onFailure: (error) => log.debug({ error: String(error), isReader }, 'The database cannot be opened yet')
			});
		this.#writer = supervise(false);
		this.#reader = supervise(true);
		this.#writer.start(first);
	}

	/**
	 * Opens a file, or creates it with its directories.
	 * @param file an absolute path
	 * @param start starts the worker
	 * @param onDamage is called with one line when the database turns out to be damaged; further calls then fail
	 * @throws {StoreRejection} the file cannot be used; it is unchanged then
	 */
	static async open(
		file: string,
		log: Logger,
		{ start = startWorker, onDamage = () => undefined }: SqliteStoreOptions = {}
	): Promise<SqliteStore> {
		const path = prepareFile(file);
		const { release } = lockFile(path);
		const open = (kind: Omit<WorkerStart, 'file'>) => DatabaseThread.open(start({ file: path, ...kind }));
		try {
			const report = (reason: string) => onDamage(damaged(path, reason).message);
			return new SqliteStore(path, await open({}), open, release, log, report);
		} catch (error) {
			release();
			throw error;
		}
	}

	append: Store['append'] = (...args) => this.#call('append', args);
	readLog: Store['readLog'] = (...args) => this.#call('readLog', args);
	readPage: Store['readPage'] = (...args) => this.#call('readPage', args);
	readOn: Store['readOn'] = (...args) => this.#call('readOn', args);
	findAt: Store['findAt'] = (...args) => this.#call('findAt', args);
	heads: Store['heads'] = (...args) => this.#call('heads', args);
	join: Store['join'] = (...args) => this.#call('join', args);
	leave: Store['leave'] = (...args) => this.#call('leave', args);
	setRoom: Store['setRoom'] = (...args) => this.#call('setRoom', args);
	createRoom: Store['createRoom'] = (...args) => this.#call('createRoom', args);
	retitle: Store['retitle'] = (...args) => this.#call('retitle', args);
	closeRoom: Store['closeRoom'] = (...args) => this.#call('closeRoom', args);
	findRoom: Store['findRoom'] = (...args) => this.#call('findRoom', args);
	membersOf: Store['membersOf'] = (...args) => this.#call('membersOf', args);
	removeMember: Store['removeMember'] = (...args) => this.#call('removeMember', args);
	invite: Store['invite'] = (...args) => this.#call('invite', args);
	revoke: Store['revoke'] = (...args) => this.#call('revoke', args);
	preview: Store['preview'] = (...args) => this.#call('preview', args);
	accept: Store['accept'] = (...args) => this.#call('accept', args);
	saidAt: Store['saidAt'] = (...args) => this.#call('saidAt', args);
	revocations: Store['revocations'] = (...args) => this.#call('revocations', args);
	roomsOf: Store['roomsOf'] = (...args) => this.#call('roomsOf', args);
	versions: Store['versions'] = (...args) => this.#call('versions', args);
	reactors: Store['reactors'] = (...args) => this.#call('reactors', args);
	unreadMentions: Store['unreadMentions'] = (...args) => this.#call('unreadMentions', args);
	block: Store['block'] = (...args) => this.#call('block', args);
	blockedBy: Store['blockedBy'] = (...args) => this.#call('blockedBy', args);
	publicRooms: Store['publicRooms'] = (...args) => this.#call('publicRooms', args);
	createSession: Store['createSession'] = (...args) => this.#call('createSession', args);
	rotateSession: Store['rotateSession'] = (...args) => this.#call('rotateSession', args);
	findSession: Store['findSession'] = (...args) => this.#call('findSession', args);
	findUser: Store['findUser'] = (...args) => this.#call('findUser', args);
	rename: Store['rename'] = (...args) => this.#call('rename', args);
	emptyOlder: Store['emptyOlder'] = (...args) => this.#call('emptyOlder', args);
	consume: Store['consume'] = (...args) => this.#call('consume', args);
	behind: Store['behind'] = (...args) => this.#call('behind', args);
	countEntries: Store['countEntries'] = (...args) => this.#call('countEntries', args);
	space: Store['space'] = () => spaceOf(this.#file);

	close(): Promise<void> {
		return (this.#closed ??= this.#end());
	}

	async #end(): Promise<void> {
		// The last connection to close copies SQLite's WAL into the file, and only the writer can do that.
		await this.#reader.close();
		await this.#writer.close();
		this.#release();
	}

	async #call<Name extends Method>(
		method: Name,
		args: Parameters<Store[Name]>
	): Promise<Awaited<ReturnType<Store[Name]>>> {
		if (this.#closed) throw new StoreUnavailable('the database is closed');
		if (this.#isDamaged) throw new StoreUnavailable('the database is damaged');
		const thread = this.#threadFor(method);
		if (!thread) throw new StoreUnavailable('the database is being reopened');
		try {
			const value = await thread.call(method, args);
			if (WRITES.includes(method)) this.#noteAvailable();
			return value;
		} catch (error) {
			if (error instanceof StoreUnavailable) this.#noteUnavailable(error.message);
			throw error;
		}
	}

	#threadFor(method: Method): DatabaseThread | undefined {
		if (!READS.includes(method)) return this.#writer.current;
		this.#reader.start();
		return this.#reader.current ?? this.#writer.current;
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
