import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { makeDirectory } from '../directory.ts';

const METER = new URL('./meter.js', import.meta.url).href;

/** The usage of a process so far, from `meter.js`. */
export interface Reading {
	/** The processor time of all its threads. */
	cpuMs: number;
	rssBytes: number;
	/** The 99th percentile of the delay of its event loop since the last reading. */
	loopDelayP99Ms: number;
}

/** A program that serves on `PORT` of 127.0.0.1 and logs its port. */
export interface Program {
	/** The absolute path of its file. */
	file: string;
	/** The runtime, if not Node.js. */
	runtime?: string;
	/** Options of Node.js. */
	nodeOptions?: readonly string[];
	environment?: (directory: string) => Record<string, string>;
}

interface StartOptions {
	/** An existing directory for its data, which stays. By default it gets one that is removed with it. */
	directory?: string | undefined;
	/** 0 takes any free one. */
	port?: number;
}

/** A server in a process of its own, with its log in a file beside its data. */
export class ServerUnderTest {
	/** The time from the start of its process until its log says that it is running. */
	readonly readyMs: number;
	readonly #process: ServerProcess;

	private constructor(process: ServerProcess, readyMs: number) {
		this.#process = process;
		this.readyMs = readyMs;
	}

	/**
	 * Starts a server and waits until it listens.
	 * @throws when it ends instead, with its output
	 */
	static async start(
		{ file, runtime, nodeOptions = [], environment }: Program,
		{ directory, port = 0 }: StartOptions = {}
	): Promise<ServerUnderTest> {
		const data = directory ?? makeDirectory();
		const started = performance.now();
		const server = new ServerProcess(
			{ PORT: String(port), ...environment?.(data) },
			{
				...{ program: file, runtime },
				nodeArguments: runtime === undefined ? [...nodeOptions, `--import=${METER}`] : [],
				output: { file: join(data, `${Date.now()}.log`) }
			}
		);
		await server.listening;
		const readyMs = performance.now() - started;
		if (!directory) server.child.once('exit', () => rmSync(data, { recursive: true, force: true }));
		return new ServerUnderTest(server, readyMs);
	}

	get port(): number {
		return this.#process.port;
	}

	/** Reads its usage so far. @throws when it ends instead of answering */
	async read(): Promise<Reading> {
		return await this.#process.request('read');
	}

	/** Ends it and removes its data, unless it had an existing directory. */
	async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
		await this.#process.stop(signal);
	}
}
