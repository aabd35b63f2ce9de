import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { findEngines } from './engines.ts';
import { reservePort } from '../server/reserve-port.ts';
import { untilSaid } from '../server/until-said.ts';

/** A real Redis that keeps nothing on disk, on a port that it keeps. */
export class RedisServer {
	readonly #program: string;
	readonly #port: number;
	#child: ChildProcess | undefined;

	private constructor(program: string, port: number) {
		this.#program = program;
		this.#port = port;
	}

	/**
	 * Starts one, and waits until it takes connections.
	 * @throws when it ends instead, with what it said
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

	/** Starts what was killed, on the same port; it knows nothing of before. */
	async startAgain(): Promise<void> {
		const address = ['--bind', '127.0.0.1', '--port', String(this.#port)];
		const child = spawn(this.#program, [...address, '--save', '', '--appendonly', 'no'], {
			cwd: tmpdir(),
			stdio: ['ignore', 'pipe', 'pipe']
		});
		this.#child = child;
		await untilSaid(child, 'Ready to accept connections');
	}

	/** Ends it without a goodbye; harmless on one that has ended. */
	async kill(): Promise<void> {
		const child = this.#child;
		if (child?.exitCode !== null || child.signalCode !== null) return;
		const exit = once(child, 'exit');
		child.kill('SIGKILL');
		await exit;
	}

	/** It stops where it is: connections stay open, new ones are taken by the system, none is served. */
	pause(): void {
		this.#child?.kill('SIGSTOP');
	}

	resume(): void {
		this.#child?.kill('SIGCONT');
	}

	/** Ends it for good. Nothing of it is on disk, so there is no gentler way. */
	async stop(): Promise<void> {
		await this.kill();
	}
}
