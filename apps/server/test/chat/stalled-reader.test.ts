import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Server } from 'socket.io';
import { expect, onTestFinished, test } from 'vitest';
import { Boundary } from '../../src/Boundary.ts';
import { cut, type Connection } from '../../src/socket/connection.ts';
import { Engine } from '../../src/socket/engine/Engine.ts';
import { joinFrames } from '../../src/socket/engine/frames.ts';
import { WebSocketTransport } from '../../src/socket/engine/WebSocketTransport.ts';
import { cutSlowReaders } from '../../src/socket/slow-readers.ts';
import { TIMINGS } from '../../src/timings.ts';
import { enginePath, UPGRADE_REQUEST } from '@digda/testkit/raw/handshake.ts';

/** Short enough for a test. */
const STALL_MS = 2_000;

const timings = { ...TIMINGS, stallTimeoutMs: STALL_MS, stallCheckIntervalMs: 200 };

/** When a stalled connection may be cut: hardly before the time-out, and later on a busy machine. */
const [EARLIEST_MS, LATEST_MS] = [0.9 * STALL_MS, STALL_MS + 3_000];

/** Starts Engine.IO with the watch on slow readers alone. `next` returns its connection. */
async function startWatched() {
	const http = createServer();
	const boundary = new Boundary(pino({ level: 'silent' }));
	const engine = new Engine({ pingInterval: 60_000 }, boundary);
	engine.attach(http, { path: '/socket.io/' });
	const io = new Server();
	io.bind(engine);
	const connections = new Set<Connection>();
	io.engine.on('connection', (connection: Connection) => connections.add(connection));
	const end = cutSlowReaders(io, connections, (reader) => cut(reader, 'slow_reader'), { boundary, timings });
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	onTestFinished(async () => {
		end();
		await io.close();
		http.close();
	});
	const next = async () => {
		await expect.poll(() => connections.size).toBe(1);
		const [connection] = connections as Set<Connection & { write: (data: string) => void }>;
		if (!connection) throw new Error('no client has connected');
		const closed = new Promise<number>((resolve) => connection.on('close', () => resolve(performance.now())));
		return { connection, closed };
	};
	return { port: (http.address() as AddressInfo).port, next };
}

const CHUNK = 'x'.repeat(64 * 1024);

/** Writes to a single connection, and frames that are shared by a room. */
const WAYS: Record<string, (connection: Connection & { write: (data: string) => void }) => void> = {
	alone: (connection) => connection.write(CHUNK),
	together: ({ transport }) => void (transport as unknown as WebSocketTransport).sendFrame(joinFrames([`4${CHUNK}`]))
};

test.for(Object.entries(WAYS))(
	'[NEWS-3] cuts a WebSocket that accepts nothing during the time-out, however little waits: %s',
	async ([, say]) => {
		const { port, next } = await startWatched();
		const line = connect(port, '127.0.0.1').on('error', () => undefined);
		onTestFinished(() => void line.destroy());
		line.write(UPGRADE_REQUEST);
		await once(line, 'data');
		line.pause();
		const { connection, closed } = await next();

		// The time-out begins with the first bytes that are not accepted, not with the last write before.
		await sleep(STALL_MS / 2);
		// Writes until the buffers of the system are full and bytes wait in the process.
		while (connection.transport.writable) {
			say(connection);
			await turn();
			await turn();
		}
		const stalledAt = performance.now();
		const waitedMs = (await closed) - stalledAt;
		expect(waitedMs).toBeGreaterThan(EARLIEST_MS);
		expect(waitedMs).toBeLessThan(LATEST_MS);
	}
);

test('[NEWS-3] closes a connection that waits for a poll during the time-out with something to send', async () => {
	const { port, next } = await startWatched();
	await fetch(`http://127.0.0.1:${port}${enginePath('polling')}`).then((answer) => answer.text());
	const { connection, closed } = await next();
	connection.write('hello');
	const waitingAt = performance.now();
	const waitedMs = (await closed) - waitingAt;
	expect(waitedMs).toBeGreaterThan(EARLIEST_MS);
	expect(waitedMs).toBeLessThan(LATEST_MS);
});
