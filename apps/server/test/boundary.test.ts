import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Attacker } from './hostile/Attacker.ts';
import { chatPacket, connectPacket, eventPacket } from '@digda/testkit/raw/packets.ts';
import { ask, requestText } from '@digda/testkit/raw/http.ts';
import { arm, FAILING, type FaultName } from './support/faults.ts';
import { enginePath, UPGRADE_REQUEST } from '@digda/testkit/raw/handshake.ts';
import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { SCRIPT, temporaryPage, type TemporaryPage } from '@digda/testkit/server/temporary-page.ts';

/** The answer to a client when the server fails: a status, or the end of its connection. */
type Outcome = number | 'closed';

type Attack = (attacker: Attacker, fail: () => Promise<void>) => Promise<Outcome>;

/** A request for which the server fails. */
function get(path: string, headers: Record<string, string> = {}): Attack {
	return async (attacker, fail) => {
		const line = await attacker.line();
		await fail();
		return (await ask(line, requestText(`GET ${path}`, headers))).status;
	};
}

/** A request for a WebSocket for which the server fails. */
const upgrade: Attack = async (attacker, fail) => {
	const line = await attacker.line();
	await fail();
	const { status } = await ask(line, UPGRADE_REQUEST);
	await line.closed();
	return status === 0 || status === 101 ? 'closed' : status;
};

/** Packets on a WebSocket that is in the chat, for one of which the server fails. */
function send(...packets: string[]): Attack {
	return async (attacker, fail) => {
		const socket = await attacker.inChat();
		await fail();
		socket.send(...packets);
		await socket.closed();
		return 'closed';
	};
}

/** Packets on a WebSocket that has said nothing yet, for one of which the server fails. */
function begin(...packets: string[]): Attack {
	return async (attacker, fail) => {
		const socket = await attacker.webSocket();
		await fail();
		socket.send(...packets);
		await socket.closed();
		return 'closed';
	};
}

/** A body of a connection over polling for which the server fails. */
const post: Attack = async (attacker, fail) => {
	const polling = await attacker.polling();
	await fail();
	return (await polling.post(connectPacket())).status || 'closed';
};

/** A TCP connection for which the server fails. */
const connect: Attack = async (attacker, fail) => {
	await fail();
	const line = await attacker.line();
	await line.closed();
	return 'closed';
};

/** The last connection of a room closes. */
const leave: Attack = async (attacker, fail) => {
	const socket = await attacker.inChat();
	socket.send(eventPacket('/chat', ['room:join', { room: 'elsewhere' }], 0));
	await socket.untilHeard('43/chat,0[');
	await fail();
	socket.close();
	return 'closed';
};

const join = eventPacket('/chat', ['room:join', { room: 'den' }], 0);
const strays = Array<string>(6).fill(eventPacket('', ['nonsense']));

const CASES: [fault: FaultName, what: string, attack: Attack, outcome: Outcome][] = [
	['RequestRates.take', 'before a request is routed', get('/'), 500],
	['RequestRates.take', 'before an upgrade is routed', upgrade, 500],
	['Negotiator.encodings', 'while a file is served', get(SCRIPT), 500],
	['Readiness.findFault', 'while the store is asked', get('/readyz'), 500],
	['Registry.metrics', 'while figures are gathered', get('/metrics'), 500],
	['Tally.isFull', 'before a TCP connection is taken', connect, 'closed'],
	['Tally.add', 'when a TCP connection comes', connect, 'closed'],
	['Limits.byAddress', 'while a polling connection is admitted', get(enginePath('polling')), 500],
	['Limits.byAddress', 'while a WebSocket is admitted', upgrade, 500],
	['Engine.verify', 'after the middlewares of a request', get(enginePath('polling')), 500],
	['Engine.verify', 'after the middlewares of an upgrade', upgrade, 500],
	['Engine.handleUpgrade', 'when an upgrade comes', upgrade, 500],
	['Connection.onOpen', 'while a polling connection begins', get(enginePath('polling')), 0],
	['Connection.onOpen', 'while a WebSocket begins', upgrade, 'closed'],
	['Transport.onPacket', 'while a frame is read', send(connectPacket()), 'closed'],
	['Connection.onPacket', 'while a packet is read', send(connectPacket()), 'closed'],
	['Connection.onPacket', 'while a body is read', post, 'closed'],
	['Metrics.cut', 'in a listener of packets', send(...strays), 'closed'],
	['Socket.onAny', 'when a namespace is entered', begin(connectPacket()), 'closed'],
	['Socket.emit', 'while a session begins', begin(chatPacket()), 'closed'],
	['Metrics.rejected', 'while a session is rejected', begin(chatPacket({ token: 1 })), 'closed'],
	['Metrics.rejected', 'while a request is rejected', send(eventPacket('/chat', ['room:join', {}], 0)), 'closed'],
	['Presence.enter', 'when a room is joined', send(join), 'closed'],
	['Presence.leave', 'when a room is left', leave, 'closed'],
	['Followers.drop', 'when a room is left by the last', leave, 'closed'],
	['Tally.remove', 'when a connection ends', leave, 'closed'],
	['Adapter.broadcast', 'while presence is announced', leave, 'closed']
];

let page: TemporaryPage;
let server: ServerProcess;
let witness: StockClient;

beforeAll(async () => {
	page = temporaryPage();
	server = await ServerProcess.start(
		{ RATE_LIMITS: 'off' },
		{ nodeArguments: FAILING, run: { page: page.directory, timings: { pingIntervalMs: 2_000 } } }
	);
	// Over WebSocket: no request of this client meets a fault that is armed for another one.
	witness = await StockClient.connect(server.url, { reconnection: false });
	await witness.join('lobby');
});
afterAll(async () => {
	witness.disconnect();
	await server.stop('SIGKILL');
	page.remove();
});

async function readFigure(name: string): Promise<number> {
	const text = await (await fetch(`${server.url}/metrics`)).text();
	return Number(
		text
			.split('\n')
			.find((line) => line.startsWith(`${name} `))
			?.slice(name.length)
	);
}

test.for(CASES)('[REQ-2] an error in %s, %s, ends one request or connection', async ([fault, , attack, outcome]) => {
	const failures = await readFigure('digda_failures_total');
	const attacker = new Attacker(server.port);
	try {
		expect(await attack(attacker, () => arm(server, fault))).toBe(outcome);
		await expect.poll(() => readFigure('digda_failures_total')).toBe(failures + 1);
	} finally {
		await attacker.leave();
	}
	expect(server.complaint).toBe('');
	const message = { room: 'lobby', id: randomUUID(), text: 'still here' };
	expect(await witness.ask('message:send', message)).toMatchObject({ ok: true });
});

test('the log has each error at most once', () => {
	const errors = server.lines.flatMap(({ level, err }) => (level === 50 ? [(err as Error).message] : []));
	expect(errors[0]).toBe('on purpose: RequestRates.take');
	expect(errors.length).toBeGreaterThanOrEqual(20);
	expect(errors.length).toBeLessThanOrEqual(CASES.length);
});

test('the server forgets the connections that an error ended', async () => {
	await expect.poll(() => readFigure('digda_connections{transport="websocket"}')).toBe(1);
	expect(await readFigure('digda_connections{transport="polling"}')).toBe(0);
});
