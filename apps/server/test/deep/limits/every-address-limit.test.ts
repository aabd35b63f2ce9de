import { ADDRESS_SHARE, ECHO_RATE, type Reply } from '@digda/protocol';
import { expect, onTestFinished, test } from 'vitest';
import type { AddressLimit } from '../../../src/limits/Limits.ts';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { ChatClientProbe, connectChat } from '@digda/testkit/client/chat.ts';
import { freezeClock } from '../../support/frozen-clock.ts';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** A server behind a proxy, to which tests name any address. */
interface Site {
	url: string;
	port: number;
}

/** Makes one attempt from an address. @returns whether the server allowed it */
type Try = (site: Site, address: string) => Promise<boolean>;

function from(address: string): Record<string, string> {
	return { 'X-Forwarded-For': address };
}

async function connectOverPolling({ url }: Site, address: string): Promise<boolean> {
	const { status, headers } = await fetch(url + enginePath('polling'), { headers: from(address) });
	if (status === 200) return true;
	expect(status).toBe(429);
	expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
	return false;
}

async function connectOverWebSocket({ port }: Site, address: string): Promise<boolean> {
	const socket = await WebSocketLine.open(port, { headers: from(address) });
	socket.close();
	if (socket.status !== 101) expect(socket.status).toBe(429);
	return socket.status === 101;
}

async function becomeGuest({ url }: Site, address: string): Promise<boolean> {
	const { socket } = new ChatClientProbe(url, { extraHeaders: from(address), reconnection: false });
	const rejection = await Promise.race([nextEvent(socket, 'connect_error'), nextEvent(socket, 'session:ready')]);
	socket.disconnect();
	if (!(rejection instanceof Error)) return true;
	const data = { code: 'rate_limited', retryAfterMs: expect.any(Number) as number };
	expect(rejection).toMatchObject({ data });
	return false;
}

/** Makes rooms, with a new person after every 40: the rate of a session and the rooms of a user are other limits. */
function makeRoom(event: string, payload: (count: number) => object): Try {
	let made = 0;
	let maker: { address: string; client: ChatClientProbe; rooms: number } | undefined;
	return async ({ url }, address) => {
		if (maker?.address !== address || maker.rooms === 40) {
			maker = { address, client: await connectChat(url, undefined, { extraHeaders: from(address) }), rooms: 0 };
		}
		maker.rooms += 1;
		const reply = (await maker.client.askAnything(event, payload((made += 1)))) as Reply<unknown>;
		if (reply.ok) return true;
		expect(reply.error).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) as number });
		return false;
	};
}

/** The burst of each limit, and every way to use it. */
const LIMITS: Record<AddressLimit, { burst: number; ways: Record<string, Try> }> = {
	connect: { burst: 200, ways: { polling: connectOverPolling, WebSocket: connectOverWebSocket } },
	session: { burst: 100, ways: { guest: becomeGuest } },
	room: {
		burst: 100,
		ways: {
			'room:join': makeRoom('room:join', (count) => ({ room: `room-${count}` })),
			'room:create': makeRoom('room:create', () => ({ title: 'Title' }))
		}
	}
};

const WAYS = Object.entries(LIMITS).flatMap(([what, { burst, ways }]) =>
	Object.entries(ways).map(([way, attempt]) => ({ what, way, burst, attempt }))
);

test.for(WAYS)('[REQ-5] an address has a burst of $burst of: $what, by $way', async ({ burst, attempt }) => {
	const site = await startServer({ areRatesLimited: true, trustedHops: 1 });
	const clock = freezeClock();
	for (let count = 0; count < burst; count += 1) expect(await attempt(site, '192.0.2.1'), `${count}`).toBe(true);
	expect(await attempt(site, '192.0.2.1')).toBe(false);
	expect(await attempt(site, '192.0.2.2')).toBe(true);
	clock.pass(10_000);
	expect(await attempt(site, '192.0.2.1')).toBe(true);
});

test('an address may send as many texts to the echo at once as 20 connections', async () => {
	const { url, port } = await startServer({ areRatesLimited: true, trustedHops: 1 });
	freezeClock();
	const text = '42["eventFromClient","x"]';
	for (let count = 0; count < ADDRESS_SHARE; count += 1) {
		const socket = await WebSocketLine.open(port, { headers: from('192.0.2.1') });
		onTestFinished(() => socket.close());
		socket.send('40');
		await socket.untilHeard('40{');
		socket.send(...Array.from({ length: ECHO_RATE.burst }, () => text));
		await socket.heardOut();
		expect(socket.isClosed).toBe(false);
	}
	const open = (address: string) =>
		connectEcho(url, { extraHeaders: from(address), transports: ['websocket'], reconnection: false });
	const [late, other] = [await open('192.0.2.1'), await open('192.0.2.2')];
	const lost = nextEvent(late, 'disconnect');
	late.emit('eventFromClient', 'one more');
	expect(await lost).toMatch(/^transport/);
	expect(await ask(other, 'hello')).toBe('서버입니다: hello');
});
