import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { temporaryDatabase } from './temporary-database.ts';

/** A line of the JSON log. */
export interface LogLine {
	level: number;
	msg: string;
	[key: string]: unknown;
}

/** The program that people start. */
export const SERVER = fileURLToPath(new URL('../../../../apps/server/src/index.ts', import.meta.url));

/** What Node.js is told so that a server answers what it keeps: see `probe.ts`. */
export const PROBE_ARGUMENTS = ['--expose-gc', `--import=${new URL('../faults/probe.ts', import.meta.url).href}`];

/**
 * Starts one of our programs in a process of its own, with these variables and no others.
 * @param args for the program
 * @param nodeArguments for Node.js itself; with any, the two can send each other messages
 */
export function spawnProgram(
	program: string,
	variables: Record<string, string>,
	args: readonly string[] = [],
	nodeArguments: readonly string[] = []
): ChildProcessByStdio<null, Readable, Readable> {
	return spawn(process.execPath, [...nodeArguments, program, ...args], {
		env: { PATH: process.env['PATH'], ...variables },
		stdio: ['ignore', 'pipe', 'pipe', ...(nodeArguments.length > 0 ? ['ipc' as const] : [])]
	}) as ChildProcessByStdio<null, Readable, Readable>; // as `stdio` says
}

/** A server in a process of its own that listens. */
export class ServerProcess {
	readonly port: number;
	readonly lines: LogLine[];
	readonly child: ChildProcess;
	/** What it said to its error output. */
	complaint = '';

	private constructor(child: ChildProcess, port: number, lines: LogLine[]) {
		this.child = child;
		this.port = port;
		this.lines = lines;
	}

	/**
	 * Starts a server, on 127.0.0.1, a free port and an empty database unless told otherwise, and waits until it listens.
	 * @param nodeArguments for Node.js itself, before the program
	 * @param program another one that says as this one where it listens
	 * @throws when it ends instead, with what it said
	 */
	static async start(
		variables: Record<string, string> = {},
		nodeArguments: readonly string[] = [],
		program = SERVER
	): Promise<ServerProcess> {
		const database = temporaryDatabase();
		const own = { HOST: '127.0.0.1', PORT: '0', DATABASE_URL: database.url };
		const child = spawnProgram(program, { ...own, ...variables }, [], nodeArguments);
		child.once('exit', () => database.remove());
		const lines: LogLine[] = [];
		let complaint = '';
		const complain = (chunk: unknown) => (complaint += String(chunk));
		child.stderr.on('data', complain);

		const port = await new Promise<number>((resolve, reject) => {
			child.once('exit', () => reject(new Error(`the server ended: ${complaint}`)));
			createInterface(child.stdout).on('line', (line) => {
				const entry = JSON.parse(line) as LogLine;
				lines.push(entry);
				const found = /^Server is running on http:\/\/localhost:(\d+)$/.exec(entry.msg);
				if (found) resolve(Number(found[1]));
			});
		});
		child.stderr.off('data', complain);
		const server = new ServerProcess(child, port, lines);
		child.stderr.on('data', (chunk) => (server.complaint += String(chunk)));
		return server;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** The texts that the server heard, in order. */
	get heard(): string[] {
		const label = '📟 Message from client: ';
		return this.lines.flatMap(({ msg }) => (msg.startsWith(label) ? msg.slice(label.length) : []));
	}

	/**
	 * Sends a signal and waits for the end; harmless on a server that has ended.
	 * @returns the exit code, or the signal that ended it
	 */
	async stop(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
		const { child } = this;
		if (child.exitCode === null && child.signalCode === null) {
			const exit = once(child, 'exit');
			child.kill(signal);
			await exit;
		}
		return child.exitCode ?? child.signalCode;
	}
}
