import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timings } from '@digda/server/timings.ts';
import { ServerProcess, type End } from '../server/ServerProcess.ts';
import type { FaultCommand, FaultReport } from './commands.ts';
import { within } from './until.ts';

const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** The files of a closed database. */
const DATABASE_FILES = ['digda.sqlite', 'digda.sqlite-wal'];

/** With these times a dead connection is noticed within two seconds, and a missed message within a third of a second. */
const SHORT_TIMINGS = { pingIntervalMs: 500, pingTimeoutMs: 1_500, headsIntervalMs: 300 };

/** The most characters of the output that are kept. */
const MAX_OUTPUT_CHARACTERS = 20_000;

export interface FaultServerOptions {
	/** The program of another server. */
	program?: string;
	/** Time-outs that differ from `SHORT_TIMINGS`. */
	timings?: Partial<Timings> | undefined;
	/** Further environment variables. */
	variables?: Record<string, string> | undefined;
	/** A program that starts the server, with its arguments. */
	wrapper?: readonly string[];
}

/** A server in a process of its own, with the faults loaded into it. It can be started many times. */
export class FaultServer {
	/** Called with the port after each start, and with undefined after each end. */
	onPort: (port: number | undefined) => void = () => undefined;
	readonly directory: string;
	readonly #options: FaultServerOptions;
	/** The present process, or the last one. */
	#process: ServerProcess | undefined;
	/** The output of earlier processes. */
	#earlierOutput = '';
	#ended: Promise<End> = Promise.resolve(null);
	#lastCommand = 0;

	/** @param directory of the database, which must exist */
	constructor(directory: string, options: FaultServerOptions = {}) {
		this.directory = directory;
		this.#options = options;
	}

	get database(): string {
		return join(this.directory, 'digda.sqlite');
	}

	get isRunning(): boolean {
		return this.#process?.hasEnded === false;
	}

	/** Resolves with the end of the present process. */
	get ended(): Promise<End> {
		return this.#ended;
	}

	/** The end of the log and error output of all processes, for the report of a failure. */
	get output(): string {
		return (this.#earlierOutput + (this.#process?.output ?? '')).slice(-MAX_OUTPUT_CHARACTERS);
	}

	/**
	 * Starts the server unless it runs, and waits until it listens.
	 * @throws when it ends instead, with its output
	 */
	async start(): Promise<void> {
		if (this.isRunning) return;
		const { variables, timings, ...options } = this.#options;
		const server = new ServerProcess(
			{
				NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
				LOG_LEVEL: 'warn',
				// The server has no page: a build may replace it meanwhile.
				NODE_ENV: 'development',
				RATE_LIMITS: 'off',
				DATABASE_URL: `sqlite:${this.database}`,
				...variables
			},
			{
				...options,
				run: { timings: { ...SHORT_TIMINGS, ...timings } },
				nodeArguments: ['--import', PRELOAD],
				readiness: 'message'
			}
		);
		this.#earlierOutput = this.output;
		this.#process = server;
		this.#ended = server.ended.then((end) => {
			this.onPort(undefined);
			return end;
		});
		const listening = server.listening.then(() => this.onPort(server.port));
		await within('the start of the server', listening);
	}

	/**
	 * Sends a signal that ends the process, and waits for the end. It is harmless when none runs.
	 * @returns the exit code, or the signal that ended it
	 */
	async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<End> {
		this.#process?.signal(signal);
		return await within(`the end of the server after ${signal}`, this.#ended);
	}

	/** Pauses the process until `resume`. */
	pause(): void {
		this.#process?.signal('SIGSTOP');
	}

	resume(): void {
		this.#process?.signal('SIGCONT');
	}

	/** Sends a command to the faults inside, and waits for its confirmation or the end of the process. */
	async command(command: FaultCommand): Promise<void> {
		const server = this.#process;
		if (server?.isListening !== true) return;
		const number = (this.#lastCommand += 1);
		const isAnswer = (report: FaultReport) => 'done' in report && report.done === number;
		const heard = server.request({ number, command }, isAnswer).catch(() => this.#ended);
		await within(`the command ${JSON.stringify(command)}`, heard);
	}

	/** Copies the database of the stopped server. */
	async copyDatabase(name: string): Promise<void> {
		const copy = join(this.directory, name);
		await rm(copy, { recursive: true, force: true });
		await mkdir(copy);
		await this.#copyFiles(this.directory, copy);
	}

	/** Replaces the database of the stopped server by a copy. */
	async restoreDatabase(name: string): Promise<void> {
		for (const file of [...DATABASE_FILES, 'digda.sqlite-shm']) {
			await rm(join(this.directory, file), { force: true });
		}
		await this.#copyFiles(join(this.directory, name), this.directory);
	}

	async #copyFiles(from: string, to: string): Promise<void> {
		for (const file of DATABASE_FILES) {
			await copyFile(join(from, file), join(to, file)).catch((error: unknown) => {
				// After a clean end there is no -wal file.
				const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
				if (!isMissing || !file.endsWith('-wal')) throw error;
			});
		}
	}
}
