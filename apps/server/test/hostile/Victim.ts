import { expect } from 'vitest';
import { startNodeProcesses } from '@digda/testkit/server/node-processes.ts';
import { PROBE_ARGUMENTS, type ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { TIMINGS, type Timings } from '../../src/timings.ts';
import { Circle } from './Circle.ts';
import type { Probe } from '@digda/testkit/faults/probe.ts';

/** How much more the server may keep after an attack than before: what it learnt meanwhile, and no connection's. */
const MAX_GROWTH_BYTES = 8 * 1024 * 1024;

/** How much later than at its time-out a connection may be gone, on a busy machine. */
const SLACK_MS = 5_000;

/** A log line of this level says that the server itself is wrong. */
const ERROR_LEVEL = 50;

/**
 * A real server in a process of its own that is attacked while people chat on it. Where tests run on nodes it has peers,
 * on which some of the people are.
 */
export class Victim {
	readonly server: ServerProcess;
	readonly people: Circle;
	/** A connection over polling that broke is missed after this: a silent one is sent a ping, and waited for. */
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

	/** @param timings what differs from the time-outs and intervals that people get */
	static async start(variables: Record<string, string> = {}, timings: Partial<Timings> = {}): Promise<Victim> {
		// Sockets alone: a page that is being built meanwhile is none of its business.
		const environment = { NODE_ENV: 'development', ...variables };
		const nodes = await startNodeProcesses(environment, { nodeArguments: PROBE_ARGUMENTS, run: { timings } });
		const people = await Circle.open(nodes.servers.map(({ url }) => url));
		await people.chat();
		return new Victim(nodes, people, await probe(nodes.servers[0]), { ...TIMINGS, ...timings });
	}

	get port(): number {
		return this.server.port;
	}

	/** How much more it keeps than before any attack, in bytes. */
	async growth(): Promise<number> {
		return (await probe(this.server)).bytes - this.#before.bytes;
	}

	/** Checks that the processes live, have failed in nothing, and that the people chat on the lines that they had. */
	async expectUnhurt(): Promise<void> {
		for (const { child, complaint } of this.#servers) expect(child.exitCode ?? child.signalCode, complaint).toBeNull();
		await this.people.chat();
		for (const { lines, complaint } of this.#servers) {
			expect(lines.filter(({ level }) => level >= ERROR_LEVEL)).toEqual([]);
			expect(complaint).toBe('');
		}
	}

	/** Checks that the server keeps nothing of an attack. */
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
