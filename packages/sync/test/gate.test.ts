import { MAX_REQUESTS_IN_FLIGHT, type Rejection } from '@digda/protocol';
import { expect, test } from 'vitest';
import { ConnectionLost } from '../src/index.ts';
import { MAX_EARLY, textsOf, type RatedLine } from './support/RatedServer.ts';
import { withTexts } from './support/outbox.ts';
import { FIFTY, seededRandom, startServer, startTab } from './support/rated-tabs.ts';

/** Returns the rooms that the client has left, in order. */
function left({ asked }: RatedLine): unknown[] {
	return asked.filter(({ name }) => name === 'room:leave').map(({ payload }) => 'room' in payload && payload.room);
}

/** Makes the server reject one request for each error. */
function rejectLists(line: RatedLine, ...errors: Partial<Rejection>[]) {
	line.instead['room:list'] = () => {
		const error = errors.shift();
		if (!error) return { ok: true, data: { rooms: [] } };
		return { ok: false, error: { code: 'rate_limited', message: '', ...error } };
	};
}

test('[REQ-7] fifty rooms are joined again within the rate of joins', async () => {
	const { time, line, client } = await startTab({ ask: { burst: 10, perSecond: 5 } });
	const rooms = FIFTY.map((id) => client.open(id));
	await time.pass(9_000);
	expect(rooms.map(({ status }) => status)).toEqual(FIFTY.map(() => 'joined'));
	line.disconnect();
	line.connect();
	await time.pass(11_000);
	expect(rooms.map(({ status }) => status)).toEqual(FIFTY.map(() => 'joined'));
	expect(line.count('room:join')).toBe(100);
	expect(line.early.ask).toBeLessThanOrEqual(2 * MAX_EARLY);
	expect(line.mostInFlight).toBe(MAX_REQUESTS_IN_FLIGHT);
});

test('[REQ-7] both tabs of a session join their rooms within the shared rate', async () => {
	const { time, server, openTab } = startServer({ ask: { burst: 10, perSecond: 5 } });
	const tabs = [openTab(seededRandom(1)), openTab(seededRandom(2))];
	const rooms = tabs.flatMap(({ client }) => FIFTY.map((id) => client.open(id)));
	for (const { client } of tabs) for (const room of FIFTY) await client.say(room, 'hello');
	for (const { line } of tabs) line.connect();
	await time.pass(10_000);
	for (const { client } of tabs) {
		expect(FIFTY.filter((id) => client.open(id).status === 'joined').length).toBeGreaterThan(10);
	}
	await time.pass(10_000);
	expect(rooms.filter(({ status }) => status === 'joined')).toHaveLength(100);
	await time.pass(5_000);
	expect(server.texts).toEqual(FIFTY.map(() => ['hello', 'hello']));
	for (const { line } of tabs) {
		expect(line.early.ask).toBeLessThanOrEqual(MAX_EARLY);
		expect(line.early.send).toBeLessThanOrEqual(MAX_EARLY);
	}
});

test('[REQ-7] waiting requests are sent in the order of the calls', async () => {
	const { time, line, client } = await startTab({ ask: { burst: 2, perSecond: 1 } });
	const rooms = FIFTY.slice(0, 30);
	const leaving = Promise.all(rooms.map((room) => client.rooms.leave(room)));
	await time.pass(30_000);
	await leaving;
	expect(left(line)).toEqual(rooms);
	expect(line.early.ask).toBeLessThanOrEqual(MAX_EARLY);
});

test('[REQ-7] the last retryAfterMs counts, and a rejection without one also causes a pause', async () => {
	const { time, line, client } = await startTab();
	rejectLists(line, { retryAfterMs: 100 }, { retryAfterMs: 5_000 });
	const lists = Promise.all([client.list(), client.list()]);
	await time.pass(5_000);
	expect(line.asked).toHaveLength(2);
	await time.pass(200);
	await lists;

	rejectLists(line, {});
	const list = client.list();
	await time.pass(250);
	expect(line.asked).toHaveLength(5);
	await time.pass(300);
	await list;
	expect(line.asked).toHaveLength(6);
});

test('[REQ-7] rate-limited tabs retry at different times, and never at once', async () => {
	const { time, openTab } = startServer();
	const tabs = [openTab(() => 0), openTab(() => 0.99)];
	for (const { line, client } of tabs) {
		line.connect();
		rejectLists(line, { retryAfterMs: 0 });
		void client.list();
	}
	const inFlight = () => tabs.map(({ line }) => line.inFlight.ask);
	await time.pass(20 + 49);
	expect(inFlight()).toEqual([0, 0]);
	await time.pass(10);
	expect(inFlight()).toEqual([1, 0]);
	await time.pass(45);
	expect(inFlight()).toEqual([0, 1]);
});

test('[REQ-7] after a pause the client sends one request at a time, until no request waits', async () => {
	const { time, line, client } = await startTab();
	rejectLists(line, { retryAfterMs: 1_000 });
	const lists = Promise.all(FIFTY.map(() => client.list()));
	await time.pass(1_000);
	expect(line.inFlight.ask).toBe(0);
	for (let round = 0; round < 20; round += 1) {
		await time.next();
		expect(line.inFlight.ask).toBeLessThanOrEqual(1);
	}
	await time.pass(1_000);
	await lists;
	void Promise.all(FIFTY.map(() => client.list()));
	expect(line.inFlight.ask).toBe(MAX_REQUESTS_IN_FLIGHT);
	await time.pass(1_000);
	expect(line.inFlight.ask).toBe(0);
});

test('[REQ-7] a limit for one kind of request does not delay the other kinds', async () => {
	const { time, line, client } = await startTab({ send: { burst: 1, perSecond: 0.1 } });
	for (const text of ['one', 'two']) void client.say('lobby', text);
	await time.pass(1_000);
	expect(line.rejected).toBe(1);
	expect(withTexts(client.outbox.entries)).toMatchObject([{ text: 'two', state: 'sending' }]);
	const list = client.list();
	await time.pass(20);
	expect(await list).toEqual([]);
});

test('[REQ-7] [LINE-5] waiting requests end with their connection, and the next connection starts without a pause', async () => {
	const rare = { burst: 1, perSecond: 0.1 };
	const { time, server, line, client } = await startTab({ ask: rare, send: rare });
	const lists = Array.from({ length: 20 }, () => client.list().catch((error: unknown) => error));
	for (const text of ['one', 'two', 'three']) await client.say('lobby', text);
	await time.pass(1_000);
	expect(client.outbox.entries).toMatchObject([{ state: 'sending' }, { state: 'waiting' }]);
	expect(line.rejected).toBeGreaterThan(MAX_EARLY);
	line.disconnect();
	for (const error of (await Promise.all(lists)).slice(1)) expect(error).toBeInstanceOf(ConnectionLost);
	expect(client.outbox.entries).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }]);
	expect(time.isWaiting).toBe(false);
	expect(client.session.isReady).toBe(false);
	await expect(client.list()).rejects.toThrow(ConnectionLost);

	line.connect();
	expect(line.inFlight.ask).toBe(0);
	const list = client.list();
	expect(line.inFlight.ask).toBe(1);
	await time.pass(40_000);
	expect(await list).toEqual([]);
	expect(server.texts).toEqual([['one', 'two', 'three']]);
	client.end();
	expect(time.isWaiting).toBe(false);
});

test('[REQ-7] a rejection after the end of the connection delays no request', async () => {
	const { time, line, client } = await startTab();
	const answered = Promise.withResolvers<undefined>();
	line.hold = answered.promise;
	rejectLists(line, {});
	// This connection does not report its end.
	const list = client.list().catch((error: unknown) => error);
	await time.pass(10);
	client.end();
	answered.resolve(undefined);
	await time.pass(20);
	expect(await list).toBeInstanceOf(ConnectionLost);
	await time.settle();
	expect(time.isWaiting).toBe(false);
});

test('[REQ-7] a request without a reply does not block the requests behind it', async () => {
	const { time, line, client } = await startTab();
	line.unanswered = MAX_REQUESTS_IN_FLIGHT;
	const lists = Promise.allSettled(FIFTY.map(() => client.list()));
	await time.pass(11_000);
	expect((await lists).filter(({ status }) => status === 'fulfilled')).toHaveLength(50 - MAX_REQUESTS_IN_FLIGHT);

	rejectLists(line, {});
	const rejected = Promise.allSettled(FIFTY.map(() => client.list()));
	await time.pass(1_000);
	line.unanswered = 1;
	await time.pass(12_000);
	expect((await rejected).filter(({ status }) => status === 'fulfilled')).toHaveLength(49);
});

test('[REQ-7] [TYPE-1] a rate-limited client sends no typing notice', async () => {
	const { time, line, client } = await startTab();
	const room = client.open('lobby');
	await time.pass(20);
	rejectLists(line, { retryAfterMs: 5_000 });
	const list = client.list();
	await time.pass(20);
	room.setTyping(true);
	expect(line.typed).toEqual([]);
	await time.pass(6_000);
	await list;
	room.setTyping(true);
	expect(line.typed).toEqual([true]);
});

test('[REQ-7] [READ-2] the read cursor is sent after the pause, also for a closed room', async () => {
	for (const isClosed of [true, false]) {
		const { time, server, line, client } = await startTab({ ask: { burst: 1, perSecond: 0.2 } });
		const author = { id: 'friend', name: 'Friend' };
		server.logOf('lobby').add(author, { kind: 'message', text: 'hello' });
		const room = client.open('lobby');
		await time.pass(20);
		room.markRead(1);
		if (isClosed) client.close('lobby');
		await time.pass(20);
		expect(line.count('read:mark')).toBe(0);
		await time.pass(6_000);
		expect(line.count('read:mark')).toBe(1);
		expect(line.count('room:join')).toBe(1);
	}
});

test('[REQ-7] [LEAVE-1] a room that is left while its join waits is not joined', async () => {
	const { time, line, client } = await startTab({ ask: { burst: 1, perSecond: 0.2 } });
	client.open('one');
	const room = client.open('other');
	await time.pass(20);
	expect(line.rejected).toBe(1);
	line.tell('room:left', { room: 'other', reason: 'left' });
	await time.pass(6_000);
	expect(room.status).toBe('left');
	expect(line.count('room:join')).toBe(1);
	const list = client.list();
	await time.pass(20);
	expect(await list).toEqual([]);
});

test('the client retries a room that can be created later at that time, without a delay for other requests', async () => {
	const { time, line, client } = await startTab();
	const join = line.instead['room:join'];
	line.instead['room:join'] = () => {
		Object.assign(line.instead, { 'room:join': join });
		return { ok: false, error: { code: 'unavailable', message: '', retryAfterMs: 5_000 } };
	};
	const room = client.open('lobby');
	const list = client.list();
	await time.pass(20);
	expect(await list).toEqual([]);
	await time.pass(5_000);
	expect(line.count('room:join')).toBe(1);
	await time.pass(200);
	expect(room.status).toBe('joined');
});

test('[STORE-1] a message over the quota of its room is kept and sent later, without a delay for other rooms', async () => {
	const { time, server, line, client } = await startTab();
	const store = line.instead['message:send'];
	let rejected = 0;
	line.instead['message:send'] = (payload) => {
		if (payload.room !== 'full' || rejected > 0)
			return store?.(payload) ?? { ok: true, data: { ...payload, seq: 1, sentAt: 0 } };
		rejected += 1;
		return { ok: false, error: { code: 'unavailable', message: '', retryAfterMs: 60_000 } };
	};
	const [full, other] = [client.open('full'), client.open('other')];
	await time.pass(100);
	for (const text of ['one', 'two']) await Promise.all([full.say(text), other.say(text)]);
	await time.pass(59_000);
	expect(textsOf(server.logOf('other'))).toEqual(['one', 'two']);
	expect(withTexts(full.entries).map(({ text, state }) => [text, state])).toEqual([
		['one', 'waiting'],
		['two', 'waiting']
	]);
	expect(rejected).toBe(1);
	await time.pass(2_000);
	expect(textsOf(server.logOf('full'))).toEqual(['one', 'two']);
});

test('[STORE-1] a person with a used-up quota sends in order when it has grown, and loses no message', async () => {
	const { time, server, line, client } = await startTab();
	const store = line.instead['message:send'];
	let waits = [80_000, 1_500];
	line.instead['message:send'] = (payload) => {
		const [retryAfterMs, ...rest] = waits;
		waits = rest;
		if (retryAfterMs === undefined) return store?.(payload) ?? { ok: true, data: { ...payload, seq: 1, sentAt: 0 } };
		return { ok: false, error: { code: 'rate_limited', message: '', retryAfterMs } };
	};
	const room = client.open('lobby');
	await time.pass(100);
	for (const text of ['one', 'two', 'three']) await room.say(text);
	await time.pass(79_000);
	expect(line.count('message:send')).toBe(1);
	await time.pass(5_000);
	expect(server.texts).toEqual([['one', 'two', 'three']]);
});
