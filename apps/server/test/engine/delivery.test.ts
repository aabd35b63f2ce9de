import { setImmediate as nextTick } from 'node:timers/promises';
import fc from 'fast-check';
import type { Server, Socket } from 'socket.io';
import { io as connect, type ManagerOptions, type Socket as ClientSocket } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { fanOut } from '../../src/socket/engine/fan-out.ts';
import { startSocketServer, type Implementation } from './support/servers.ts';

/** A message from the server: a text, or bytes. */
type Data = string | Uint8Array;

/** One step of a server: it sends to the client in some way, or waits for the next tick. */
type Step = { way: 'emit' | 'broadcast' | 'fan out' | 'compressed'; data: Data[] } | { way: 'wait' };

const BOUNDARIES = [0, 1, 100, 110, 112, 113, 114, 115, 125, 126, 127, 65_500, 65_520, 65_535, 65_536, 66_000, 400_000];

const text = fc.oneof(
	{ weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
	{ weight: 2, arbitrary: fc.constantFrom(...BOUNDARIES).map((length) => 'x'.repeat(length)) }
);
const bytes = fc.oneof(
	{ weight: 4, arbitrary: fc.uint8Array({ maxLength: 200 }) },
	{ weight: 1, arbitrary: fc.constantFrom(...BOUNDARIES).map((length) => new Uint8Array(length).fill(0x81)) }
);
const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.record({
			way: fc.constantFrom('emit', 'broadcast', 'fan out', 'compressed'),
			data: fc.array(fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: bytes }), { maxLength: 3 })
		})
	},
	{ weight: 1, arbitrary: fc.constant<Step>({ way: 'wait' }) }
);
const steps = fc.array(step, { maxLength: 25 });

/** A server with one client, which records what it receives. */
class Pair {
	readonly client: ClientSocket;
	readonly #io: Server;
	readonly #isOurs: boolean;

	constructor(io: Server, port: number, isOurs: boolean, options: Partial<ManagerOptions>) {
		this.#io = io;
		this.#isOurs = isOurs;
		this.client = connect(`http://127.0.0.1:${port}/chat`, { forceNew: true, ...options });
	}

	/** Sends all steps. @returns what the client received up to the end */
	async play(steps: readonly Step[]): Promise<unknown[]> {
		const received: unknown[] = [];
		const listen = (_name: string, ...args: unknown[]) => void received.push(args.flat().map(describe));
		this.client.onAny(listen);
		const ended = new Promise((resolve) => this.client.once('end', resolve));
		for (const each of steps) await this.#take(each);
		this.#io.of('/chat').emit('end');
		await ended;
		this.client.offAny(listen);
		return received;
	}

	async #take(step: Step): Promise<void> {
		const namespace = this.#io.of('/chat');
		// The namespace has exactly one socket.
		const [socket] = namespace.sockets.values() as Iterable<Socket> as [Socket];
		if (step.way === 'wait') await nextTick();
		else if (step.way === 'emit') socket.emit('message', ...step.data);
		else if (step.way === 'compressed') socket.compress(true).emit('message', step.data);
		else if (step.way === 'fan out' && this.#isOurs) fanOut(namespace, 'room', 'message', step.data);
		else namespace.to('room').emit('message', step.data);
	}
}

/** Shortens received data, so that a difference is readable. */
function describe(data: unknown): unknown {
	if (data instanceof Uint8Array) return `bytes ${Buffer.from(data).toString('hex').slice(0, 200)} ${data.length}`;
	return typeof data === 'string' ? `text ${data.slice(0, 200)} ${data.length}` : data;
}

async function startPair(implementation: Implementation, options: Partial<ManagerOptions>): Promise<Pair> {
	const { io, port } = await startSocketServer(implementation, (io) => {
		io.of('/chat').on('connection', (socket) => void socket.join('room'));
	});
	const pair = new Pair(io, port, implementation === 'ours', options);
	onTestFinished(() => void pair.client.disconnect());
	await new Promise((resolve) => pair.client.once('connect', () => resolve(undefined)));
	return pair;
}

const sent = (steps: readonly Step[]) => [
	...steps.flatMap((step) => (step.way === 'wait' ? [] : [step.data.map(describe)])),
	[]
];

async function compare(pairs: readonly Pair[], steps: readonly Step[]): Promise<void> {
	const [stock, ours] = await Promise.all(pairs.map((pair) => pair.play(steps)));
	expect(stock).toEqual(sent(steps));
	expect(ours).toEqual(stock);
}

test.for([['websocket'], ['polling']])(
	'[WIRE-1] a client over %s receives what the stock server sends',
	async (transports) => {
		const pairs = await Promise.all([startPair('stock', { transports }), startPair('ours', { transports })]);
		await fc.assert(
			fc.asyncProperty(steps, async (each) => await compare(pairs, each)),
			{ numRuns: 60 }
		);
	}
);

test('[WIRE-1] a client that upgrades receives what the stock server sends', async () => {
	await fc.assert(
		fc.asyncProperty(steps, async (each) => {
			const pairs = await Promise.all([startPair('stock', {}), startPair('ours', {})]);
			await compare(pairs, each);
			for (const { client } of pairs) client.disconnect();
		}),
		{ numRuns: 20 }
	);
});
