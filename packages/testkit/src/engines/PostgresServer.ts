import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findEngines } from './engines.ts';
import { withClient } from './with-client.ts';
import { reservePort } from '../server/reserve-port.ts';
import { continueAll, pauseTree } from '../server/process-tree.ts';

const runProgram = promisify(execFile);

/** Root may not run PostgreSQL. On Debian this user does. */
const UNPRIVILEGED = 'postgres';
const isRoot = process.getuid?.() === 0;

/** `fast` aborts transactions and writes everything to disk, `immediate` is a crash. */
export type Ending = 'fast' | 'immediate';

/** A PostgreSQL server on a fixed port, in a folder of its own that `stop` removes. */
export class PostgresServer {
	readonly #programs: string;
	readonly #directory: string;
	readonly #port: number;
	#databases = 0;
	#paused: number[] = [];

	private constructor(programs: string, directory: string, port: number) {
		this.#programs = programs;
		this.#directory = directory;
		this.#port = port;
	}

	/**
	 * Creates and starts a server, and waits until it accepts connections.
	 * @throws when it does not, with its output
	 */
	static async start(): Promise<PostgresServer> {
		const programs = findEngines().PostgreSQL;
		if (programs === undefined) throw new Error('PostgreSQL is not installed');
		const directory = await mkdtemp(join(tmpdir(), 'digda-postgres-'));
		const server = new PostgresServer(programs, directory, await reservePort());
		try {
			if (isRoot) await runProgram('chown', [UNPRIVILEGED, directory]);
			await server.#initialise();
			await server.startAgain();
		} catch (error) {
			await server.stop();
			throw error;
		}
		return server;
	}

	/** The URL of the initial database. Tests should use `createDatabase`. */
	get url(): string {
		return this.#urlOf('postgres');
	}

	/** Makes an empty database. @returns its URL */
	async createDatabase(): Promise<string> {
		const name = `digda_${(this.#databases += 1)}`;
		await runSql(this.url, `CREATE DATABASE ${name}`);
		return this.#urlOf(name);
	}

	/** Ends every connection of a node on the server, and waits until they have ended. */
	async terminateBackends(): Promise<void> {
		await runSql(
			this.url,
			`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
			WHERE application_name = 'digda'`
		);
	}

	/** Stops listening until `startAgain`. */
	async halt(ending: Ending): Promise<void> {
		await this.#control('stop', '-m', ending);
	}

	/** Starts the halted server, on the same port with the same data. */
	async startAgain(): Promise<void> {
		await this.#control('start', '-l', join(this.#directory, 'log'));
	}

	/** Stops and starts the server, on the same port with the same data. */
	async restart(ending: Ending): Promise<void> {
		await this.halt(ending);
		await this.startAgain();
	}

	/** Pauses all its processes: connections stay open, the system accepts new ones, and none is served. */
	async pause(): Promise<void> {
		const [postmaster = ''] = readFileSync(this.#pidFile, 'utf8').split('\n');
		this.#paused = await pauseTree(Number(postmaster));
	}

	resume(): void {
		continueAll(this.#paused);
		this.#paused = [];
	}

	/** Ends the server for good. It is harmless after the end. */
	async stop(): Promise<void> {
		this.resume();
		if (existsSync(this.#pidFile)) await this.halt('immediate');
		await rm(this.#directory, { recursive: true, force: true });
	}

	get #data(): string {
		return join(this.#directory, 'data');
	}

	get #pidFile(): string {
		return join(this.#data, 'postmaster.pid');
	}

	#urlOf(database: string): string {
		return `postgres://postgres@127.0.0.1:${this.#port}/${database}`;
	}

	async #initialise(): Promise<void> {
		const owner = ['-U', 'postgres', '-A', 'trust'];
		// Tests rely only on later writes, which are synchronised.
		await this.#run('initdb', '-D', this.#data, ...owner, '-E', 'UTF8', '--locale=C', '--no-sync');
		const lines = [
			"listen_addresses = '127.0.0.1'",
			`port = ${this.#port}`,
			`unix_socket_directories = '${this.#directory}'`,
			"shared_buffers = '16MB'"
		];
		await appendFile(join(this.#data, 'postgresql.conf'), lines.join('\n'));
	}

	/** Waits until it is done. */
	async #control(command: string, ...options: string[]): Promise<void> {
		await this.#run('pg_ctl', command, '-D', this.#data, '-w', '-s', ...options);
	}

	async #run(program: string, ...args: string[]): Promise<void> {
		const command = [join(this.#programs, program), ...args];
		const [file = '', ...rest] = isRoot ? ['runuser', '-u', UNPRIVILEGED, '--', ...command] : command;
		// The environment of the tests may have variables for another PostgreSQL.
		const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
		await runProgram(file, rest, { cwd: this.#directory, env });
	}
}

/** Runs SQL on a connection of its own. */
export async function runSql(url: string, sql: string): Promise<void> {
	await withClient(url, (client) => client.query(sql));
}
