import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { findEngines } from './engines.ts';
import { reservePort } from '../server/reserve-port.ts';
import { untilSaid } from '../server/until-said.ts';

/** A Redis server on a fixed port, without files on disk. */
export class RedisServer {
	readonly #program: string;
	readonly #port: number;
	#child: ChildProcess | undefined;

	private constructor(program: string, port: number) {
		this.#program = program;
		this.#port = port;
	}

	/**
	 * Starts Redis, and waits until it accepts connections.
	 * @throws when it ends instead, with its output
	 */
	static async start(): Promise<RedisServer> {
		const program = findEngines().Redis;
		if (program === undefined) throw new Error('Redis is not installed');
		const server = new RedisServer(program, await reservePort());
		await server.startAgain();
		return server;
	}

	get url(): string {
		return `redis://127.0.0.1:${this.#port}`;
	}

	/** Starts the killed server again, on the same port and empty. */
	async startAgain(): Promise<void> {
		const address = ['--bind', '127.0.0.1', '--port', String(this.#port)];
		const child = spawn(this.#program, [...address, '--save', '', '--appendonly', 'no'], {
			cwd: tmpdir(),
			stdio: ['ignore', 'pipe', 'pipe']
		});
		this.#child = child;
		await untilSaid(child, 'Ready to accept connections');
	}

	/** Kills the server. It is harmless after the end. */
	async kill(): Promise<void> {
		const child = this.#child;
		if (child?.exitCode !== null || child.signalCode !== null) return;
		const exit = once(child, 'exit');
		child.kill('SIGKILL');
		await exit;
	}

	/** Pauses the process: connections stay open, the system accepts new ones, and none is served. */
	pause(): void {
		this.#child?.kill('SIGSTOP');
	}

	resume(): void {
		this.#child?.kill('SIGCONT');
	}

	/** Ends the server for good. A kill is enough, as it has no files. */
	async stop(): Promise<void> {
		await this.kill();
	}
}
