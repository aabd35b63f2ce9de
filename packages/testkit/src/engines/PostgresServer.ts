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

/** Root may not run PostgreSQL; this is who does so on Debian. */
const UNPRIVILEGED = 'postgres';
const isRoot = process.getuid?.() === 0;

/** `fast` ends what its clients do and writes everything down, `immediate` is a crash. */
export type Ending = 'fast' | 'immediate';

/** A real PostgreSQL on a port that it keeps, with a folder of its own that is gone after `stop`. */
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
	 * Makes and starts one, and waits until it takes connections.
	 * @throws when it does not, with what it said
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

	/** Of the database that was there from the beginning; for tests, `createDatabase` makes better ones. */
	get url(): string {
		return this.#urlOf('postgres');
	}

	/** Makes an empty database. @returns its URL */
	async createDatabase(): Promise<string> {
		const name = `digda_${(this.#databases += 1)}`;
		await runSql(this.url, `CREATE DATABASE ${name}`);
		return this.#urlOf(name);
	}

	/** Cuts every connection of a node from inside, and waits until they have ended. */
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

	/** Starts what was halted, on the same port with the same data. */
	async startAgain(): Promise<void> {
		await this.#control('start', '-l', join(this.#directory, 'log'));
	}

	/** Ends and starts it, on the same port with the same data. */
	async restart(ending: Ending): Promise<void> {
		await this.halt(ending);
		await this.startAgain();
	}

	/** All its processes stop where they are: connections stay open, new ones are taken by the system, none is served. */
	async pause(): Promise<void> {
		const [postmaster = ''] = readFileSync(this.#pidFile, 'utf8').split('\n');
		this.#paused = await pauseTree(Number(postmaster));
	}

	resume(): void {
		continueAll(this.#paused);
		this.#paused = [];
	}

	/** Ends it for good; harmless on one that has ended. */
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
		// What is synchronised later is what tests rely on.
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
		// Whoever runs the tests may have variables that lead to another PostgreSQL.
		const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
		await runProgram(file, rest, { cwd: this.#directory, env });
	}
}

/** Runs SQL on a connection of its own. */
export async function runSql(url: string, sql: string): Promise<void> {
	await withClient(url, (client) => client.query(sql));
}
