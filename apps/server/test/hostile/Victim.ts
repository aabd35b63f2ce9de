import { expect } from 'vitest';
import { startNodeProcesses } from '@digda/testkit/server/node-processes.ts';
import { PROBE_ARGUMENTS, type ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { TIMINGS, type Timings } from '../../src/timings.ts';
import { Circle } from './Circle.ts';
import type { Probe } from '@digda/testkit/faults/probe.ts';

/** How much more memory the server may hold after an attack than before. */
const MAX_GROWTH_BYTES = 8 * 1024 * 1024;

/** How late after its time-out a connection may be gone, on a busy machine. */
const SLACK_MS = 5_000;

/** A log line of this level reports an error of the server itself. */
const ERROR_LEVEL = 50;

/**
 * A server in a process of its own that is attacked while people chat on it. Where tests run on several nodes, some of the
 * people are on its peers.
 */
export class Victim {
	readonly server: ServerProcess;
	readonly people: Circle;
	/** The server notices a broken connection over polling after this time: the ping interval and its time-out. */
	readonly #missedMs: number;
	readonly #servers: ServerProcess[];
	readonly #stop: () => Promise<void>;
	readonly #before: Probe;

	private constructor(
		{ servers, stop }: Awaited<ReturnType<typeof startNodeProcesses>>,
		people: Circle,
		before: Probe,
		{ pingIntervalMs, pingTimeoutMs }: Timings
	) {
		[this.server] = servers;
		this.people = people;
		this.#servers = servers;
		this.#stop = stop;
		this.#before = before;
		this.#missedMs = pingIntervalMs + pingTimeoutMs;
	}

	/** @param timings that differ from the defaults */
	static async start(variables: Record<string, string> = {}, timings: Partial<Timings> = {}): Promise<Victim> {
		// The server has no page: a build may replace it meanwhile.
		const environment = { NODE_ENV: 'development', ...variables };
		const nodes = await startNodeProcesses(environment, { nodeArguments: PROBE_ARGUMENTS, run: { timings } });
		const people = await Circle.open(nodes.servers.map(({ url }) => url));
		await people.chat();
		return new Victim(nodes, people, await probe(nodes.servers[0]), { ...TIMINGS, ...timings });
	}

	get port(): number {
		return this.server.port;
	}

	/** The growth of its memory since before any attack, in bytes. */
	async growth(): Promise<number> {
		return (await probe(this.server)).bytes - this.#before.bytes;
	}

	/** Checks that the processes run, have logged no error, and that the people chat on the same connections. */
	async expectUnhurt(): Promise<void> {
		for (const { child, complaint } of this.#servers) expect(child.exitCode ?? child.signalCode, complaint).toBeNull();
		await this.people.chat();
		for (const { lines, complaint } of this.#servers) {
			expect(lines.filter(({ level }) => level >= ERROR_LEVEL)).toEqual([]);
			expect(complaint).toBe('');
		}
	}

	/** Checks that the server holds nothing of an attack. */
	async expectForgotten(): Promise<void> {
		await expect
			.poll(async () => (await probe(this.server)).connections, { timeout: this.#missedMs + SLACK_MS, interval: 100 })
			.toBe(this.#before.connections);
		await expect.poll(() => this.growth(), { interval: 200 }).toBeLessThan(MAX_GROWTH_BYTES);
	}

	async stop(): Promise<void> {
		this.people.close();
		await this.#stop();
	}
}

async function probe(server: ServerProcess): Promise<Probe> {
	return await server.request('probe');
}
