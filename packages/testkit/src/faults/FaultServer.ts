import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timings } from '@digda/server/timings.ts';
import { PROGRAM, programOptions } from '../server/program-options.ts';
import type { FaultCommand, FaultReport } from './commands.ts';
import { within } from './until.ts';

const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** What a database consists of when nobody has it open. */
const DATABASE_FILES = ['digda.sqlite', 'digda.sqlite-wal'];

/** A connection that is dead without knowing it is found within two seconds, and a missed message within a third of one. */
const SHORT_TIMINGS = { pingIntervalMs: 500, pingTimeoutMs: 1_500, headsIntervalMs: 300 };

/** How a process ended. */
type End = number | NodeJS.Signals | null;

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
	/** What the processes said to their log and error output, for the report of a failure. */
	output = '';
	readonly directory: string;
	readonly #variables: Record<string, string>;
	readonly #wrapper: readonly string[];
	readonly #program: string;
	#child: ChildProcess | undefined;
	/** The server's own, also when a wrapper has started it. */
	#pid: number | undefined;
	#ended: Promise<End> = Promise.resolve(null);
	#isListening = false;
	#lastCommand = 0;
	readonly #pending = new Map<number, () => void>();

	/** @param directory where the database is; it must exist */
	constructor(directory: string, options: FaultServerOptions = {}) {
		const { program = PROGRAM, timings = {}, variables = {}, wrapper = [] } = options;
		this.directory = directory;
		this.#program = program;
		this.#wrapper = wrapper;
		this.#variables = { ...programOptions({ timings: { ...SHORT_TIMINGS, ...timings } }), ...variables };
	}

	get database(): string {
		return join(this.directory, 'digda.sqlite');
	}

	get isRunning(): boolean {
		return this.#child !== undefined;
	}

	/** Resolves with how the present process ends. */
	get ended(): Promise<End> {
		return this.#ended;
	}

	/**
	 * Starts the server unless it runs, and waits until it listens.
	 * @throws when it ends instead, with what it said
	 */
	async start(): Promise<void> {
		if (this.#child !== undefined) return;
		const command = [...this.#wrapper, process.execPath, '--import', PRELOAD, this.#program];
		const child = spawn(command[0] ?? '', command.slice(1), {
			env: {
				PATH: process.env['PATH'],
				NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
				HOST: '127.0.0.1',
				PORT: '0',
				LOG_LEVEL: 'warn',
				// Sockets alone: a page that is being built meanwhile is none of its business.
				NODE_ENV: 'development',
				RATE_LIMITS: 'off',
				DATABASE_URL: `sqlite:${this.database}`,
				...this.#variables
			},
			stdio: ['ignore', 'pipe', 'pipe', 'ipc']
		});
		this.#child = child;
		this.#pid = child.pid;
		const keep = (chunk: Buffer) => (this.output = (this.output + String(chunk)).slice(-20_000));
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);

		this.#ended = new Promise((resolve) => {
			child.once('exit', (code, signal) => {
				this.#child = undefined;
				this.#isListening = false;
				this.onPort(undefined);
				this.#pending.forEach((settle) => settle());
				this.#pending.clear();
				resolve(code ?? signal);
			});
		});
		await within('the start of the server', this.#listening(child));
	}

	/**
	 * Sends a signal that ends the process, and waits for the end; harmless when none runs.
	 * @returns the exit code, or the signal that ended it
	 */
	async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<End> {
		this.#signal(signal);
		return await within(`the end of the server after ${signal}`, this.#ended);
	}

	/** Stops the time of the process, until `resume`. */
	pause(): void {
		this.#signal('SIGSTOP');
	}

	resume(): void {
		this.#signal('SIGCONT');
	}

	/** Tells the faults inside what to do, and waits until they have heard it, or the process has ended. */
	async command(command: FaultCommand): Promise<void> {
		const child = this.#child;
		if (child === undefined || !this.#isListening) return;
		const number = (this.#lastCommand += 1);
		const heard = new Promise<void>((resolve) => this.#pending.set(number, resolve));
		child.send({ number, command }, (error) => {
			// The process is about to end.
			if (error) this.#pending.get(number)?.();
		});
		await within(`the command ${JSON.stringify(command)}`, heard);
		this.#pending.delete(number);
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

	#signal(signal: NodeJS.Signals): void {
		if (this.#child !== undefined && this.#pid !== undefined) process.kill(this.#pid, signal);
	}

	async #listening(child: ChildProcess): Promise<void> {
		const failed = once(child, 'exit').then(() => {
			throw new Error(`the server ended instead of starting: ${this.output}`);
		});
		const listening = new Promise<void>((resolve) => {
			child.on('message', (report: FaultReport) => {
				if ('done' in report) {
					this.#pending.get(report.done)?.();
				} else {
					this.#isListening = true;
					this.#pid = report.pid;
					this.onPort(report.listening);
					resolve();
				}
			});
		});
		await Promise.race([listening, failed]);
		failed.catch(() => undefined);
	}
}
