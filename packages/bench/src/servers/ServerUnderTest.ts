import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDirectory } from '../directory.ts';
import { nextMessage } from '../ipc.ts';

const METER = new URL('./meter.js', import.meta.url).href;

/** What a process has used so far, as `meter.js` tells it. */
export interface Reading {
	/** Of all its threads. */
	cpuMs: number;
	rssBytes: number;
	/** 99th percentile of the delay of its event loop since the last reading. */
	loopDelayP99Ms: number;
}

/** A program that serves on `PORT` of 127.0.0.1 and says in its log where. */
export interface Program {
	/** Absolute path of a file. */
	file: string;
	/** What runs it, other than Node.js. */
	runtime?: string;
	/** Options of Node.js. */
	nodeOptions?: readonly string[];
	environment?: (directory: string) => Record<string, string>;
}

interface StartOptions {
	/** Where its data are, and stay; otherwise it gets a directory that is removed with it. */
	directory?: string | undefined;
	/** 0 takes any free one. */
	port?: number;
}

/** A server in a process of its own, whose log goes to a file beside its data. */
export class ServerUnderTest {
	readonly port: number;
	/** From the start of its process until it said that it is running. */
	readonly readyMs: number;
	readonly #child: ChildProcess;

	private constructor(child: ChildProcess, port: number, readyMs: number) {
		this.#child = child;
		this.port = port;
		this.readyMs = readyMs;
	}

	/**
	 * Starts a server and waits until it listens.
	 * @throws when it ends instead, with what it said
	 */
	static async start(program: Program, { directory, port = 0 }: StartOptions = {}): Promise<ServerUnderTest> {
		const data = directory ?? makeDirectory();
		const log = join(data, `${Date.now()}.log`);
		const started = performance.now();
		const child = spawnProgram(program, data, port, log);
		if (!directory) child.once('exit', () => rmSync(data, { recursive: true, force: true }));
		for (;;) {
			const said = readFileSync(log, 'utf8');
			const running = /Server is running on http:\/\/localhost:(\d+)/.exec(said)?.[1];
			if (running !== undefined) return new ServerUnderTest(child, Number(running), performance.now() - started);
			if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${program.file} ended: ${said}`);
			await sleep(5);
		}
	}

	/** What it has used so far. @throws when it ends instead of answering */
	async read(): Promise<Reading> {
		const reading = nextMessage<Reading>(this.#child);
		this.#child.send('read');
		return await reading;
	}

	/** Ends it; its data go with it unless somebody gave it a directory. */
	async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
		if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
		const ended = once(this.#child, 'exit');
		this.#child.kill(signal);
		await ended;
	}
}

function spawnProgram(
	{ file, runtime, nodeOptions = [], environment }: Program,
	data: string,
	port: number,
	log: string
): ChildProcess {
	const output = openSync(log, 'a');
	const args = runtime === undefined ? [...nodeOptions, `--import=${METER}`, file] : [file];
	const child = spawn(runtime ?? process.execPath, args, {
		env: { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1', ...environment?.(data) },
		stdio: ['ignore', output, output, 'ipc']
	});
	closeSync(output);
	return child;
}
