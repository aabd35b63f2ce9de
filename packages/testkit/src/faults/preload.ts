/**
 * Loaded into a server with `--import`, in its main thread and in its workers. The faults live here, so that the product
 * needs no hooks for them. Commands come over the IPC channel. The threads share an array of numbers, which a busy worker
 * sees at once, where a message would have to wait.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { getEnvironmentData, isMainThread, setEnvironmentData, type Worker } from 'node:worker_threads';
import { WebSocketTransport } from '@digda/server/socket/engine/WebSocketTransport.ts';
import type { FaultCommand, FaultReport, Point } from './commands.ts';

const require = createRequire(import.meta.url);

/** Indexes in the shared array of numbers. */
const POINT = 0;
const COUNTDOWN = 1;
const ENDS_WORKER = 2;
const CLOCK_OFFSET_MS = 3;
const DISK_IS_FULL = 4;

const POINTS: Point[] = ['before-insert', 'before-commit', 'after-commit', 'broadcast'];

const KEY = 'faults';
if (isMainThread) setEnvironmentData(KEY, new SharedArrayBuffer(5 * 4));
// The value was set above, or by the main thread before it started this worker.
const cells = new Int32Array(getEnvironmentData(KEY) as SharedArrayBuffer);
const isOn = (cell: number) => Atomics.load(cells, cell) !== 0;

function reach(point: Point): void {
	if (Atomics.load(cells, POINT) !== POINTS.indexOf(point) + 1) return;
	const left = Atomics.sub(cells, COUNTDOWN, 1) - 1;
	if (left !== 0) return;
	Atomics.store(cells, POINT, 0);
	if (!isOn(ENDS_WORKER)) {
		process.kill(process.pid, 'SIGKILL');
	} else if (!isMainThread) {
		// In a worker this ends the thread alone.
		process.exit(1);
	}
}

function setTheClock(): void {
	const now = Date.now.bind(Date);
	const offset = () => Atomics.load(cells, CLOCK_OFFSET_MS);
	globalThis.Date = new Proxy(Date, {
		construct: (target, args: unknown[]) =>
			Reflect.construct(target, args.length === 0 ? [now() + offset()] : args) as Date
	});
	globalThis.Date.now = () => now() + offset();
}

/** Watches the statements of the store. */
function watchSqlite(): void {
	const { DatabaseSync: Database, StatementSync: Statement } = require('node:sqlite') as {
		DatabaseSync: { prototype: DatabaseSync };
		StatementSync: { prototype: StatementSync };
	};
	// Methods are taken from their class here to be called with the right object later.
	/* eslint-disable @typescript-eslint/unbound-method -- see above */
	const { prepare, exec } = Database.prototype;
	const databases = new WeakMap<StatementSync, DatabaseSync>();
	const fullOnes = new WeakSet<DatabaseSync>();
	const writers = new WeakSet<DatabaseSync>();

	/** Sets `max_page_count`, beyond which SQLite fails as on a full disk. */
	function setTheDisk(database: DatabaseSync): void {
		if (isOn(DISK_IS_FULL) === fullOnes.has(database)) return;
		if (isOn(DISK_IS_FULL)) {
			const pages = prepare.call(database, 'PRAGMA page_count').get()?.['page_count'];
			exec.call(database, `PRAGMA max_page_count = ${Number(pages)}`);
			fullOnes.add(database);
		} else {
			exec.call(database, 'PRAGMA max_page_count = 4294967294');
			fullOnes.delete(database);
		}
	}

	function around<Result>(database: DatabaseSync | undefined, sql: string, run: () => Result): Result {
		if (database === undefined) return run();
		setTheDisk(database);
		if (/^\s*INSERT\b.*\bINTO\s+"?(messages|changes)\b/is.test(sql)) {
			reach('before-insert');
			writers.add(database);
			return run();
		}
		if (/^\s*(BEGIN|ROLLBACK)\b/i.test(sql)) writers.delete(database);
		if (!/^\s*(COMMIT|END)\b/i.test(sql) || !writers.delete(database)) return run();
		reach('before-commit');
		const result = run();
		reach('after-commit');
		return result;
	}

	Database.prototype.prepare = function (this: DatabaseSync, ...args) {
		const statement = prepare.apply(this, args);
		databases.set(statement, this);
		return statement;
	};
	Database.prototype.exec = function (this: DatabaseSync, sql) {
		around(this, sql, () => exec.call(this, sql));
	};
	for (const method of ['run', 'get', 'all'] as const) {
		const original: (...args: never[]) => unknown = Statement.prototype[method];
		Object.assign(Statement.prototype, {
			[method](this: StatementSync, ...args: unknown[]) {
				return around(databases.get(this), this.sourceSQL, () => original.apply(this, args as never[]));
			}
		});
	}
}

/* eslint-enable @typescript-eslint/unbound-method */

/** The used parts of Socket.IO and Engine.IO: a client has sockets, and a connection with its transport. */
interface SocketClient {
	sockets: Map<string, unknown>;
	conn: { transport: unknown };
	setup: () => void;
}
interface EngineSocket {
	write: (packet: unknown, options: unknown) => unknown;
}

/** By socket: how many packets with new entries are withheld, and for how long. */
const withheld = new Map<string, { count: number; delayMs: number | undefined }>();

/** Watches packets to clients: in general, and to a room over WebSocket. */
function watchSockets(): void {
	const socketIo = createRequire(require.resolve('socket.io'));
	const { Client } = socketIo('./client.js') as { Client: { prototype: SocketClient } };
	const { Socket } = socketIo('engine.io') as { Socket: { prototype: EngineSocket } };

	const clients = new Set<SocketClient>();
	const { setup } = Client.prototype;
	Client.prototype.setup = function (this: SocketClient) {
		clients.add(this);
		setup.call(this);
	};

	/** Passes a packet to a client, unless it has new entries that are withheld or delayed. */
	function pass<Result>(bytes: string | Buffer, find: (client: SocketClient) => boolean, say: () => Result) {
		if (!bytes.includes('["entry:new"')) return say();
		reach('broadcast');
		const ids = [...clients].find(find)?.sockets.keys() ?? [];
		for (const id of ids) {
			const fate = withheld.get(id);
			if (fate === undefined) continue;
			fate.count -= 1;
			if (fate.count <= 0) withheld.delete(id);
			if (fate.delayMs !== undefined) setTimeout(say, fate.delayMs);
			return undefined;
		}
		return say();
	}

	const { write } = Socket.prototype;
	Socket.prototype.write = function (this: EngineSocket, packet, options) {
		return pass(
			String(packet),
			({ conn }) => conn === (this as unknown),
			() => write.call(this, packet, options)
		);
	};
	// eslint-disable-next-line @typescript-eslint/unbound-method -- called with the right object below
	const { sendFrame } = WebSocketTransport.prototype;
	WebSocketTransport.prototype.sendFrame = function (this: WebSocketTransport, frame) {
		const find = ({ conn }: SocketClient) => conn.transport === this;
		// A withheld packet counts as sent.
		return pass(frame, find, () => sendFrame.call(this, frame)) ?? true;
	};
}

const workers = new Set<Worker>();

async function obey(command: FaultCommand): Promise<void> {
	switch (command.fault) {
		case 'end':
			Atomics.store(cells, COUNTDOWN, command.nth);
			Atomics.store(cells, ENDS_WORKER, command.what === 'worker' ? 1 : 0);
			Atomics.store(cells, POINT, POINTS.indexOf(command.point) + 1);
			break;
		case 'withhold':
			withheld.set(command.socketId, { count: command.count, delayMs: command.delayMs });
			break;
		case 'clock':
			Atomics.store(cells, CLOCK_OFFSET_MS, command.offsetMs);
			break;
		case 'disk':
			Atomics.store(cells, DISK_IS_FULL, command.isFull ? 1 : 0);
			break;
		case 'end-worker':
			await Promise.all([...workers].map((worker) => worker.terminate()));
			break;
		case 'calm':
			cells.fill(0);
			withheld.clear();
			break;
	}
}

function listen(): void {
	const report = (news: FaultReport) => process.send?.(news);
	process.on('worker', (worker) => {
		workers.add(worker);
		worker.once('exit', () => workers.delete(worker));
	});
	process.on('message', ({ number, command }: { number: number; command: FaultCommand }) => {
		void obey(command).then(() => report({ done: number }));
	});
	// The parent is gone, and cannot end this process any more.
	process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	// The faults must not keep the process alive.
	process.channel?.unref();
	subscribe('tracing:net.server.listen:asyncEnd', (event) => {
		// The channel is documented to carry the server, which listens on TCP.
		const { port } = (event as { server: Server }).server.address() as AddressInfo;
		report({ listening: port, pid: process.pid });
	});
}

setTheClock();
watchSqlite();
if (isMainThread) {
	watchSockets();
	listen();
}
