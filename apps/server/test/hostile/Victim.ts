import { once } from 'node:events';
import { expect } from 'vitest';
import { PROGRAM, programOptions } from '@digda/testkit/server/program-options.ts';
import { PROBE_ARGUMENTS, ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { NODES, shareEngines, type SharedEngines } from '@digda/testkit/server/shared-engines.ts';
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
	readonly #peers: ServerProcess[];
	readonly #shared: SharedEngines | undefined;
	readonly #before: Probe;

	private constructor(
		[server, ...peers]: [ServerProcess, ...ServerProcess[]],
		shared: SharedEngines | undefined,
		people: Circle,
		before: Probe,
		{ pingIntervalMs, pingTimeoutMs }: Timings
	) {
		this.server = server;
		this.people = people;
		this.#peers = peers;
		this.#shared = shared;
		this.#before = before;
		this.#missedMs = pingIntervalMs + pingTimeoutMs;
	}

	/** @param timings what differs from the time-outs and intervals that people get */
	static async start(variables: Record<string, string> = {}, timings: Partial<Timings> = {}): Promise<Victim> {
		const shared = await shareEngines();
		// Sockets alone: a page that is being built meanwhile is none of its business.
		const environment = {
			NODE_ENV: 'development',
			...programOptions({ timings }),
			...shared?.variables,
			...variables
		};
		const start = () => ServerProcess.start(environment, PROBE_ARGUMENTS, PROGRAM);
		const server = await start();
		const peers = await Promise.all(Array.from({ length: shared ? NODES - 1 : 0 }, start));
		const people = await Circle.open([server, ...peers].map(({ url }) => url));
		await people.chat();
		return new Victim([server, ...peers], shared, people, await probe(server), { ...TIMINGS, ...timings });
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
		const servers = [this.server, ...this.#peers];
		for (const { child, complaint } of servers) expect(child.exitCode ?? child.signalCode, complaint).toBeNull();
		await this.people.chat();
		for (const { lines, complaint } of servers) {
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
		await Promise.all([this.server, ...this.#peers].map((server) => server.stop('SIGKILL')));
		await this.#shared?.remove();
	}
}

async function probe({ child }: ServerProcess): Promise<Probe> {
	const answer = once(child, 'message') as Promise<[Probe]>;
	child.send('probe');
	return (await answer)[0];
}
