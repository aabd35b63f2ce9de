import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Club } from './Club.ts';
import type { FaultCommand, Point } from '@digda/testkit/faults/commands.ts';
import type { Timings } from '../../src/timings.ts';
import { FaultClient } from './FaultClient.ts';
import { FaultServer } from '@digda/testkit/faults/FaultServer.ts';
import { Ledger } from './Ledger.ts';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { RawAuthor } from './RawAuthor.ts';
import { readFile, readLog, type Stored } from './read-log.ts';
import type { KnownIdentity } from './BrowserIdentity.ts';
import type { Transport } from './FaultSocket.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { Observer } from './Observer.ts';

export interface WorldOptions {
	/** The transport of each browser. */
	transports: readonly Transport[];
	rooms: readonly string[];
	/** Whether the browsers have locks. On plain http they have none. */
	hasLocks?: boolean;
	/** Whether there is a private room with all browsers as members. */
	hasClub?: boolean;
	/** Times of the server that differ from those of all servers with faults. */
	timings?: Partial<Timings> | undefined;
}

/** A server that is restarted after every end, browsers in front of it, and the promises to them. */
export class World implements TestedWorld {
	readonly ledger = new Ledger();
	readonly rooms: readonly string[];
	readonly server: FaultServer;
	readonly clients: FaultClient[] = [];
	/** A proxy to the server without faults. */
	readonly #front: Proxy;
	readonly #authors: RawAuthor[] = [];
	#club: Club | undefined;
	#observer: Observer | undefined;
	#isStopping = false;
	#starting: Promise<void> = Promise.resolve();
	/** The point at which the process is to be ended from inside. */
	#armed: Point | undefined;

	private constructor(server: FaultServer, front: Proxy, rooms: readonly string[]) {
		this.server = server;
		this.rooms = rooms;
		this.#front = front;
		server.onPort = (port) => this.#follow(port);
	}

	/** Starts everything. `close` ends it. */
	static async open({ timings, ...options }: WorldOptions): Promise<World> {
		const directory = await mkdtemp(join(tmpdir(), 'digda-faults-'));
		const world = new World(new FaultServer(directory, { timings }), await Proxy.start(), options.rooms);
		try {
			await world.#start(options);
			return world;
		} catch (error) {
			await world.close();
			throw error;
		}
	}

	get club(): Club | undefined {
		return this.#club;
	}

	author(identity: KnownIdentity = {}): RawAuthor {
		const author = new RawAuthor(this.#front.url, this.ledger, identity);
		this.#authors.push(author);
		return author;
	}

	async command(command: FaultCommand): Promise<void> {
		await this.server.command(command);
	}

	outputs(): { name: string; output: string }[] {
		return [{ name: 'the server', output: this.server.output }];
	}

	async read<Result>(read: (stored: Stored) => Promise<Result> | Result): Promise<Result> {
		return await readFile(this.server.database, read);
	}

	/** Kills the server, which is restarted by itself. */
	async kill(): Promise<void> {
		this.ledger.count('SIGKILL at random');
		this.#armed = undefined;
		await this.server.stop('SIGKILL');
	}

	/** Kills the server when it reaches a point for the n-th time. */
	async killAt(point: Point, nth: number): Promise<void> {
		this.#armed = point;
		await this.server.command({ fault: 'end', point, nth, what: 'process' });
	}

	/** Resolves when the server runs. */
	async up(): Promise<void> {
		await this.#starting;
		await this.server.start();
	}

	/** Stops the server in order, runs a function on its files, and starts it again. */
	async whileStopped(run: () => Promise<void>): Promise<void> {
		await this.up();
		this.#isStopping = true;
		try {
			this.server.resume();
			await this.server.stop('SIGTERM');
			await run();
		} finally {
			this.#isStopping = false;
		}
		await this.up();
	}

	/** Replaces the database by an older one. Younger entries are undone. */
	async restore(copy: string): Promise<void> {
		await this.whileStopped(async () => {
			const before = await this.read(readLog);
			await this.server.restoreDatabase(copy);
			const after = await this.read(readLog);
			for (const [room, entries] of before) {
				const head = after.get(room)?.length ?? 0;
				for (const entry of entries.slice(head)) {
					this.ledger.undone.add(entry.id);
					if (entry.kind === 'message') this.ledger.undoneTexts.add(entry.text);
				}
			}
		});
		this.#club?.forget();
		this.ledger.count('restored databases');
	}

	/** Ends all faults, and waits until the server runs without any. */
	async heal(): Promise<void> {
		this.server.resume();
		do {
			await this.up();
			// The server can still reach its armed point.
			await this.server.command({ fault: 'calm' });
			await new Promise(setImmediate);
		} while (!this.server.isRunning);
		this.#armed = undefined;
		for (const client of this.clients) client.heal();
	}

	/** Ends everything and removes all files. */
	async close(): Promise<void> {
		this.#isStopping = true;
		for (const author of this.#authors) author.close();
		this.#observer?.close();
		for (const client of this.clients) await client.close();
		await this.#starting.catch(() => undefined);
		await this.server.stop('SIGKILL');
		await this.#front.close();
		await rm(this.server.directory, { recursive: true, force: true });
	}

	async #start({ transports, rooms, hasLocks = true, hasClub = false }: Omit<WorldOptions, 'timings'>) {
		await this.server.start();
		const { ledger } = this;
		if (hasClub) this.#club = await Club.open((identity) => this.author(identity), ledger);
		const open = this.#club ? [...rooms, this.#club.room] : rooms;
		for (const [index, transport] of transports.entries()) {
			const options = { transport, rooms: open, hasLocks, ledger };
			this.clients.push(await FaultClient.open(`browser${index}`, this.#front.target, options));
		}
		await this.#club?.admitAll(this.clients);
		this.#observer = new Observer('the observer', this.#front.url, rooms, this.#club?.room, ledger);
	}

	#follow(port: number | undefined): void {
		this.#front.target = port;
		for (const { proxy } of this.clients) proxy.target = port;
		if (port !== undefined || this.#isStopping) return;
		if (this.#armed) this.ledger.count(`SIGKILL ${this.#armed}`);
		this.#armed = undefined;
		this.#starting = this.server.start();
		// `up` reports a failed start.
		this.#starting.catch(() => undefined);
	}
}
