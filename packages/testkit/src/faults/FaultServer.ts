import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timings } from '@digda/server/timings.ts';
import { ServerProcess, type End } from '../server/ServerProcess.ts';
import type { FaultCommand, FaultReport } from './commands.ts';
import { within } from './until.ts';

const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** What a database consists of when nobody has it open. */
const DATABASE_FILES = ['digda.sqlite', 'digda.sqlite-wal'];

/** A connection that is dead without knowing it is found within two seconds, and a missed message within a third of one. */
const SHORT_TIMINGS = { pingIntervalMs: 500, pingTimeoutMs: 1_500, headsIntervalMs: 300 };

/** How much of the output is kept. */
const MAX_OUTPUT_CHARACTERS = 20_000;

export interface FaultServerOptions {
	/** The start of another server. */
	program?: string;
	/** What differs from short time-outs. */
	timings?: Partial<Timings> | undefined;
	/** More of the environment. */
	variables?: Record<string, string> | undefined;
	/** A program that starts the server, with its arguments. */
	wrapper?: readonly string[];
}

/** A real server in a process of its own, with the faults loaded into it; it can be started many times. */
export class FaultServer {
	/** Called with the port after each start, and with undefined after each end. */
	onPort: (port: number | undefined) => void = () => undefined;
	readonly directory: string;
	readonly #options: FaultServerOptions;
	/** The present one, or the last one. */
	#process: ServerProcess | undefined;
	/** What those before it said. */
	#earlierOutput = '';
	#ended: Promise<End> = Promise.resolve(null);
	#lastCommand = 0;

	/** @param directory where the database is; it must exist */
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

	/** Resolves with how the present process ends. */
	get ended(): Promise<End> {
		return this.#ended;
	}

	/** The end of what the processes said to their log and error output, for the report of a failure. */
	get output(): string {
		return (this.#earlierOutput + (this.#process?.output ?? '')).slice(-MAX_OUTPUT_CHARACTERS);
	}

	/**
	 * Starts the server unless it runs, and waits until it listens.
	 * @throws when it ends instead, with what it said
	 */
	async start(): Promise<void> {
		if (this.isRunning) return;
		const { variables, timings, ...options } = this.#options;
		const server = new ServerProcess(
			{
				NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
				LOG_LEVEL: 'warn',
				// Sockets alone: a page that is being built meanwhile is none of its business.
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
	 * Sends a signal that ends the process, and waits for the end; harmless when none runs.
	 * @returns the exit code, or the signal that ended it
	 */
	async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<End> {
		this.#process?.signal(signal);
		return await within(`the end of the server after ${signal}`, this.#ended);
	}

	/** Stops the time of the process, until `resume`. */
	pause(): void {
		this.#process?.signal('SIGSTOP');
	}

	resume(): void {
		this.#process?.signal('SIGCONT');
	}

	/** Tells the faults inside what to do, and waits until they have heard it, or the process has ended. */
	async command(command: FaultCommand): Promise<void> {
		const server = this.#process;
		if (server?.isListening !== true) return;
		const number = (this.#lastCommand += 1);
		const isAnswer = (report: FaultReport) => 'done' in report && report.done === number;
		const heard = server.request({ number, command }, isAnswer).catch(() => this.#ended);
		await within(`the command ${JSON.stringify(command)}`, heard);
	}

	/** Copies the database of a server that does not run. */
	async copyDatabase(name: string): Promise<void> {
		const copy = join(this.directory, name);
		await rm(copy, { recursive: true, force: true });
		await mkdir(copy);
		await this.#copyFiles(this.directory, copy);
	}

	/** Puts a copy in the place of the database of a server that does not run. */
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
