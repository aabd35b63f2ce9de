import { ADDRESS_SHARE, kindOf, SESSION_RATES, type Reply, type RequestKind, type RequestName } from '@digda/protocol';
import { expect, test } from 'vitest';
import { connectChat, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { freezeClock } from '../support/frozen-clock.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import { EVENTS, payloadOf, type EventName } from './payloads.ts';

/** A cheap request of each kind. */
const USUAL: Record<RequestKind, RequestName> = {
	send: 'message:send',
	react: 'message:react',
	ask: 'room:list'
};
const OTHER: Record<RequestKind, RequestKind> = { send: 'ask', react: 'send', ask: 'react' };

/** As many requests as a well-behaved client may have in flight besides the rejected one. */
const IN_FLIGHT = 15;

/** More requests than any connection may send before `retryAfterMs`. */
const MANY = 200;

/** The kind of request whose bucket an event takes from. */
function kindOfEvent(event: EventName): RequestKind {
	// `typing:set` counts as a request.
	return kindOf(event as RequestName);
}

/** Starts a server with its limits and a frozen clock. */
async function startLimited() {
	const { url, lines } = await startServer({ areRatesLimited: true, trustedHops: 1 });
	let addresses = 0;
	const connect = async (address = `192.0.2.${(addresses += 1)}`) => {
		const headers = { extraHeaders: { 'X-Forwarded-For': address } };
		return await connectChat(url, undefined, { ...headers, reconnection: false });
	};
	return { connect, lines, clock: freezeClock() };
}

/** Emits an event so many times at once, without an acknowledgement. */
function repeat(client: ChatClientProbe, event: EventName, times: number): void {
	for (let count = 0; count < times; count += 1) client.emitAnything(event, payloadOf(event));
}

/** Emits an event with an acknowledgement. @returns the wait in milliseconds, or 0 where the rate allows the event */
async function ask(client: ChatClientProbe, event: EventName): Promise<number> {
	const reply = (await client.askAnything(event, payloadOf(event))) as Reply<unknown>;
	// Any other rejection comes from the handler.
	if (reply.ok || reply.error.code !== 'rate_limited') return 0;
	expect(reply.error.retryAfterMs).toBeGreaterThan(0);
	return reply.error.retryAfterMs ?? 0;
}

test.for(EVENTS)(
	'[REQ-5] %s has a rate for each session, and the server cuts one that keeps exceeding it',
	async (event) => {
		const kind = kindOfEvent(event);
		const { burst, perSecond } = SESSION_RATES[kind];
		const { connect, lines, clock } = await startLimited();
		const [me, you, stranger] = [await connect(), await connect(), await connect()];

		repeat(me, event, burst - 1);
		expect(await ask(me, event)).toBe(0);
		const retryAfterMs = await ask(me, event);
		expect(retryAfterMs).toBeGreaterThan(0);
		expect(retryAfterMs).toBeLessThanOrEqual(1_000 / perSecond);
		clock.pass(retryAfterMs);
		expect(await ask(me, event)).toBe(0);
		expect(await ask(me, event)).toBeGreaterThan(0);

		// The event takes from the bucket of its kind, and from no other.
		repeat(you, event, burst);
		expect(await ask(you, USUAL[kind])).toBeGreaterThan(0);
		expect(await ask(you, USUAL[OTHER[kind]])).toBe(0);

		repeat(me, event, IN_FLIGHT);
		expect(await ask(me, event)).toBeGreaterThan(0);
		const lost = nextEvent(me.socket, 'disconnect');
		repeat(me, event, MANY);
		expect(await lost).toMatch(/^transport/);
		expect(lines).toContainEqual(expect.objectContaining({ msg: 'Cut a connection', reason: 'offences' }));
		expect(await ask(stranger, event)).toBe(0);
	}
);

// The keys are those of the type.
test.for(Object.keys(SESSION_RATES) as RequestKind[])(
	'[REQ-5] all requests of the kind %s take from the share of an address',
	async (kind) => {
		const events = EVENTS.filter((event) => kindOfEvent(event) === kind);
		const { burst } = SESSION_RATES[kind];
		const { connect } = await startLimited();
		const address = '198.51.100.1';
		const crowd = await Promise.all(Array.from({ length: ADDRESS_SHARE }, () => connect(address)));
		const [late, other] = [await connect(address), await connect()];
		// The events take turns to use up the share. If one did not count, some of the share would be left.
		for (const client of crowd) {
			for (let count = 0; count < burst; count += 1) repeat(client, events[count % events.length] ?? USUAL[kind], 1);
		}
		for (const client of crowd) expect(await ask(client, USUAL[OTHER[kind]])).toBe(0);
		for (const event of events) {
			expect(await ask(late, event), event).toBeGreaterThan(0);
			expect(await ask(other, event), event).toBe(0);
		}
	}
);

test('[REQ-5] [TYPE-1] drops typing:set beyond the rate', async () => {
	const { connect } = await startLimited();
	const [me, friend] = [await connect(), await connect()];
	for (const client of [me, friend]) await client.join('lobby');
	repeat(me, 'room:list', SESSION_RATES.ask.burst - 1);
	me.emitAnything('typing:set', { room: 'lobby', isTyping: true });
	await me.send('lobby', 'hello');
	await friend.untilTold('entry:new');
	expect(friend.told('typing:changed')).toEqual([]);
});
