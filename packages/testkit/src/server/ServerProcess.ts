import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunOptions } from '@digda/server/run.ts';
import { nextMessage } from './messages.ts';
import { PROGRAM, programOptions } from './program-options.ts';
import { findPort, untilFileSays, untilHealthy, type Readiness } from './readiness.ts';
import { reservePort } from './reserve-port.ts';
import { temporaryDatabase } from './temporary-database.ts';

/** A line of the JSON log. */
export interface LogLine {
	level: number;
	msg: string;
	[key: string]: unknown;
}

/** How a process ended: its exit code, or the signal that ended it. */
export type End = number | NodeJS.Signals | null;

/** The program that operators start. */
export const SERVER = fileURLToPath(new URL('../../../../apps/server/src/index.ts', import.meta.url));

/** Arguments for Node.js that load `probe.ts` into a server. */
export const PROBE_ARGUMENTS = ['--expose-gc', `--import=${new URL('../faults/probe.ts', import.meta.url).href}`];

/** The most characters of the output that are kept for the report of a failure. */
const MAX_OUTPUT_CHARACTERS = 20_000;

/**
 * The standard output: read as the JSON log, not read, missing, or a descriptor. A file gets the error output, too.
 */
export type Output = 'log' | 'unread' | 'ignore' | number | { file: string };

export interface ServerProcessOptions {
	/** A page folder and time-outs of tests alone: `program.ts` starts the server then. */
	run?: RunOptions;
	/** Another program than `SERVER`. */
	program?: string;
	/** Arguments of Node.js, before the program. */
	nodeArguments?: readonly string[];
	/** The runtime in place of Node.js. */
	runtime?: string | undefined;
	/** A command that starts all that, with its arguments: `strace`, a shell. */
	wrapper?: readonly string[];
	output?: Output;
	/** How to know that the server listens: by default by its log where it is read, otherwise by `/healthz`. */
	readiness?: Readiness;
}

/** A server in a process of its own. The two can send each other messages. */
export class ServerProcess {
	readonly child: ChildProcess;
	/** The lines of its log, unless its output goes elsewhere. */
	readonly lines: LogLine[] = [];
	/** The end of both of its outputs. */
	output = '';
	/** Its error output since it listens. */
	complaint = '';
	/** Resolves when it listens. Rejects when it ends instead, with its output. */
	readonly listening: Promise<void>;
	/** Resolves when it ends. */
	readonly ended: Promise<End>;
	#port: number | undefined;
	/** The process id of the server, also behind a wrapper. Only its message tells it. */
	#pid: number | undefined;

	/**
	 * Starts a server, by default on 127.0.0.1 with a free port and an empty database. It gets these variables and
	 * PATH. `ServerProcess.start` waits until it listens.
	 */
	constructor(variables: Record<string, string | undefined> = {}, options: ServerProcessOptions = {}) {
		const { output = 'log', run } = options;
		const database = variables['DATABASE_URL'] === undefined ? temporaryDatabase() : undefined;
		const own = { HOST: '127.0.0.1', PORT: '0', DATABASE_URL: database?.url };
		const environment: NodeJS.ProcessEnv = {
			...{ PATH: process.env['PATH'], ...own, ...(run && programOptions(run)) },
			...variables
		};
		this.child = spawnServer(environment, options);
		this.ended = new Promise((resolve) => {
			this.child.once('exit', (code, signal) => {
				database?.remove();
				resolve(code ?? signal);
			});
		});
		// A program that cannot be started emits `error` and `close`, but no `exit`.
		this.child.on('error', (error) => this.#keep(String(error)));
		this.child.stderr?.on('data', (chunk) => {
			this.#keep(String(chunk));
			if (this.isListening) this.complaint += String(chunk);
		});
		const said = output === 'log' ? this.#readLog() : undefined;
		this.listening = this.#start(this.#findPort(said, environment['PORT'], options), output);
		this.listening.catch(() => undefined);
	}

	/**
	 * Starts a server and waits until it listens.
	 * @throws when it ends instead, with its output
	 */
	static async start(
		variables: Record<string, string | undefined> = {},
		options: ServerProcessOptions = {}
	): Promise<ServerProcess> {
		const isAsked = readinessOf(options) === 'health' && variables['PORT'] === undefined;
		const port = isAsked ? { PORT: String(await reservePort()) } : {};
		const server = new ServerProcess({ ...variables, ...port }, options);
		await server.listening;
		return server;
	}

	/** @throws while it does not listen for the first time */
	get port(): number {
		if (this.#port === undefined) throw new Error('the server does not listen');
		return this.#port;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	get isListening(): boolean {
		return this.#port !== undefined && !this.hasEnded;
	}

	get hasEnded(): boolean {
		return this.child.exitCode !== null || this.child.signalCode !== null;
	}

	/** The texts that the server received in the echo, in order. */
	get heard(): string[] {
		const label = '📟 Message from client: ';
		return this.lines.flatMap(({ msg }) => (msg.startsWith(label) ? msg.slice(label.length) : []));
	}

	/**
	 * Sends a message to a module in the server, and waits for the next one back.
	 * @param isAnswer tells the answer from other messages
	 * @throws when the process ends instead
	 */
	async request<Answer>(message: object | string, isAnswer?: (answer: Answer) => boolean): Promise<Answer> {
		const answer = nextMessage(this.child, isAnswer);
		// Sending fails when the process is about to end, and then `answer` rejects.
		this.child.send(message, () => undefined);
		return await answer;
	}

	/** Sends a signal to the server itself. It is harmless after the end. */
	signal(signal: NodeJS.Signals): void {
		if (this.hasEnded) return;
		if (this.#pid === undefined || this.#pid === this.child.pid) this.child.kill(signal);
		else process.kill(this.#pid, signal);
	}

	/** Sends a signal and waits for the end. It is harmless after the end. */
	async stop(signal: NodeJS.Signals): Promise<End> {
		if (this.hasEnded) return this.child.exitCode ?? this.child.signalCode;
		this.signal(signal);
		return await this.ended;
	}

	#keep(text: string): void {
		this.output = (this.output + text).slice(-MAX_OUTPUT_CHARACTERS);
	}

	/** Reads the log. Resolves with the port of its first line about it. */
	#readLog(): Promise<number> {
		const { stdout } = this.child;
		// `spawnServer` has made a pipe for it.
		if (!stdout) throw new Error('the output is elsewhere');
		return new Promise((resolve) => {
			createInterface(stdout).on('line', (line) => {
				this.#keep(`${line}\n`);
				const entry = JSON.parse(line) as LogLine;
				this.lines.push(entry);
				const port = findPort(entry.msg);
				if (port !== undefined) resolve(port);
			});
		});
	}

	async #findPort(
		said: Promise<number> | undefined,
		port: string | undefined,
		options: ServerProcessOptions
	): Promise<number | undefined> {
		const hasEnded = () => this.hasEnded;
		switch (readinessOf(options)) {
			case 'health':
				return await untilHealthy(Number(port), hasEnded);
			case 'message': {
				const isReport = (message: object) => 'listening' in message;
				const report = await nextMessage<{ listening: number; pid: number }>(this.child, isReport);
				this.#pid = report.pid;
				return report.listening;
			}
			case 'log':
				if (typeof options.output === 'object') return await untilFileSays(options.output.file, hasEnded);
				return await said;
		}
	}

	async #start(port: Promise<number | undefined>, output: Output): Promise<void> {
		// `close` comes after all output, which has the reason.
		const closed = once(this.child, 'close').then(() => undefined);
		this.#port = await Promise.race([port.catch(() => closed), closed]);
		if (this.#port !== undefined) return;
		await closed;
		const said = typeof output === 'object' ? readFileSync(output.file, 'utf8') : this.output;
		throw new Error(`the server ended instead of starting: ${said}`);
	}
}

function readinessOf({ output = 'log', readiness }: ServerProcessOptions): Readiness {
	return readiness ?? (output === 'log' || typeof output === 'object' ? 'log' : 'health');
}

function spawnServer(env: NodeJS.ProcessEnv, options: ServerProcessOptions): ChildProcess {
	const { run, program = run ? PROGRAM : SERVER, output = 'log' } = options;
	const { nodeArguments = [], runtime = process.execPath, wrapper = [] } = options;
	const [command, ...args] = [...wrapper, runtime, ...nodeArguments, program];
	const file = typeof output === 'object' ? openSync(output.file, 'a') : undefined;
	const stdout = typeof output === 'number' || output === 'ignore' ? output : 'pipe';
	const child = spawn(command, args, { env, stdio: ['ignore', file ?? stdout, file ?? 'pipe', 'ipc'] });
	if (file !== undefined) closeSync(file);
	return child;
}
