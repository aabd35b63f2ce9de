import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { makeDirectory } from '../directory.ts';

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
	/** From the start of its process until it said that it is running. */
	readonly readyMs: number;
	readonly #process: ServerProcess;

	private constructor(process: ServerProcess, readyMs: number) {
		this.#process = process;
		this.readyMs = readyMs;
	}

	/**
	 * Starts a server and waits until it listens.
	 * @throws when it ends instead, with what it said
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

	/** What it has used so far. @throws when it ends instead of answering */
	async read(): Promise<Reading> {
		return await this.#process.request('read');
	}

	/** Ends it; its data go with it unless somebody gave it a directory. */
	async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
		await this.#process.stop(signal);
	}
}
