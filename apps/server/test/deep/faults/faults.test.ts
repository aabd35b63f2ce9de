import { expect, test, vi } from 'vitest';
import type { Point } from '@digda/testkit/faults/commands.ts';
import { check, ended, openWorld, ROOM, say, sent, shown, shows, socketId } from '../../faults/directed.ts';
import { Random } from '../../faults/random.ts';
import { readLog } from '../../faults/read-log.ts';
import { settle } from '../../faults/settle.ts';
import { until } from '@digda/testkit/faults/until.ts';
import type { World } from '../../faults/World.ts';
import { textOf } from '../../faults/text-of.ts';

vi.setConfig({ testTimeout: 90_000 });

const HOUR_MS = 3_600_000;

/** A busy machine must not look like a dead connection where a new connection would hide the fault. */
const SLOW_PING = { pingIntervalMs: 15_000, pingTimeoutMs: 45_000 };

/** Heads so rare that no test depends on them. */
const NO_HEADS = { ...SLOW_PING, headsIntervalMs: HOUR_MS };

/** Sooner than a client would notice a gap in any other way. */
const SOON_MS = 10_000;

const numbered = (count: number, word = 'text') => Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);

/** Messages that are sent without an outbox. */
function raw(texts: readonly string[], seed = 1) {
	const random = new Random(seed);
	return texts.map((text) => ({ room: ROOM, id: random.uuid(), text }));
}

/** Sends messages as another person, without an outbox. */
async function others(world: World, texts: readonly string[]): Promise<void> {
	const author = world.author();
	await author.send(raw(texts));
	author.close();
}

test.each<Point>(['before-insert', 'before-commit', 'after-commit', 'broadcast'])(
	'an acknowledged message survives a kill: %s',
	async (point) => {
		const { world, ada } = await openWorld();
		await say(ada, 'before');
		await sent(ada);

		// No acknowledgement may have left when the server is killed: the ledger would find an early one.
		const end = world.server.ended;
		await world.killAt(point, 1);
		await say(ada, ...numbered(5));
		await ended(end);
		expect(world.ledger.counts.get(`SIGKILL ${point}`)).toBe(1);

		await check(world);
		expect(shown(ada)).toEqual(['before', ...numbered(5)]);
	}
);

test('an acknowledged message survives random kills', async () => {
	const { world, ada, bo } = await openWorld();
	for (const round of [1, 2, 3]) {
		await Promise.all([say(ada, ...numbered(20, `a${round}`)), say(bo, ...numbered(20, `b${round}`))]);
		const goal = ada.acknowledgedCount + 3;
		await until(() => (ada.acknowledgedCount >= goal ? undefined : 'no acknowledgements'));
		await world.kill();
		await world.up();
	}
	await check(world);
	expect(shown(ada)).toHaveLength(120);
});

test('a message that is sent over several connections at once is stored once', async () => {
	const { world, ada } = await openWorld();
	const messages = raw(numbered(50));
	const authors = [1, 2, 3, 4].map(() => world.author({ ...ada.identity }));
	await Promise.all(authors.map((author) => author.send(messages)));

	await check(world);
	expect(shown(ada).toSorted()).toEqual(numbered(50).toSorted());
});

test('a clock that is set back an hour changes no order', async () => {
	const { world, ada, bo } = await openWorld();
	await say(ada, ...numbered(3, 'now'));
	await sent(ada);
	await world.server.command({ fault: 'clock', offsetMs: -HOUR_MS });
	await say(bo, ...numbered(3, 'an hour ago'));
	await sent(bo);
	await ada.reload();

	await check(world);
	const [first, , , fourth] = (await world.read(readLog)).get(ROOM) ?? [];
	expect((first?.sentAt ?? 0) - (fourth?.sentAt ?? 0)).toBeGreaterThan(HOUR_MS / 2);
	expect(shown(ada)).toEqual([...numbered(3, 'now'), ...numbered(3, 'an hour ago')]);
});

test('a client fills the gap of a dropped entry:new before it shows later messages', async () => {
	const { world, ada, bo } = await openWorld({ timings: NO_HEADS });
	const { timeline, changes } = bo.rooms.open(ROOM);
	const holes: string[] = [];
	changes.on(() => {
		timeline.messages.forEach(({ seq }, index) => {
			if (seq !== timeline.from + index) holes.push(`${seq} is shown at position ${index + 1}`);
		});
	});
	const socket = socketId(bo.socket);
	await world.server.command({ fault: 'withhold', socketId: socket, count: 2 });
	for (const text of numbered(4)) {
		await say(ada, text);
		await sent(ada);
	}

	await shows(bo, 4, SOON_MS);
	expect(bo.socket.socket.id).toBe(socket);
	expect(holes).toEqual([]);
	await check(world);
});

test('room:heads uncovers a lost last message', async () => {
	const { world, ada, bo } = await openWorld({ timings: SLOW_PING });
	const socket = socketId(bo.socket);
	await world.server.command({ fault: 'withhold', socketId: socket, count: 1 });
	await say(ada, 'the last word');
	await sent(ada);

	await shows(bo, 1, SOON_MS);
	expect(bo.socket.socket.id).toBe(socket);
	await check(world);
});

test('a delayed entry:new changes no shown message', async () => {
	const { world, ada, bo } = await openWorld({ timings: NO_HEADS });
	const command = { fault: 'withhold', socketId: socketId(bo.socket), count: 3 } as const;
	await world.server.command({ ...command, delayMs: 200 });
	for (const text of numbered(6)) {
		await say(ada, text);
		await sent(ada);
	}
	await shows(bo, 6, SOON_MS);
	await check(world);
	expect(shown(bo)).toEqual(numbered(6));
});

test('a client that missed several pages reads all of them', async () => {
	const { world, bo } = await openWorld({ timings: NO_HEADS });
	await others(world, numbered(3, 'before'));
	await shows(bo, 3);
	bo.socket.goOffline();
	await others(world, numbered(700));
	bo.socket.goOnline();

	const { timeline } = bo.rooms.open(ROOM);
	await until(() => (timeline.to === 703 ? undefined : `at ${timeline.to}`), SOON_MS);
	await check(world);
});

test('a client that missed more than a thousand messages gets the latest page, and the rest on demand', async () => {
	const { world, bo } = await openWorld({ timings: NO_HEADS });
	await others(world, numbered(3, 'before'));
	await shows(bo, 3);
	bo.socket.goOffline();
	await others(world, numbered(1_500));
	bo.socket.goOnline();

	const { timeline } = bo.rooms.open(ROOM);
	await until(() => (timeline.to === 1_503 ? undefined : `at ${timeline.to}`), SOON_MS);
	expect(timeline.from).toBeGreaterThan(1_000);
	await check(world);
	expect(timeline.from).toBe(1);
});

test('a shorter restored database removes shown messages, and keeps unsent ones', async () => {
	const { world, ada, bo } = await openWorld();
	await say(ada, ...numbered(5, 'kept'));
	await sent(ada);
	await world.whileStopped(() => world.server.copyDatabase('copy'));
	await say(ada, ...numbered(5, 'undone'));
	await sent(ada);
	bo.proxy.mute('up');
	await say(bo, 'on its way');
	await world.restore('copy');

	await check(world);
	expect(shown(ada)).toEqual([...numbered(5, 'kept'), 'on its way']);
});

test('a client recognises a restored database by the id at `after` when it has grown past it', async () => {
	const { world, ada, bo } = await openWorld();
	await say(ada, ...numbered(5, 'kept'));
	await sent(ada);
	await world.whileStopped(() => world.server.copyDatabase('copy'));
	await say(ada, ...numbered(5, 'undone'));
	await shows(bo, 10);
	bo.socket.goOffline();
	await world.restore('copy');
	await others(world, numbered(20, 'anew'));
	bo.socket.goOnline();

	await check(world);
	expect(shown(bo).toSorted()).toEqual([...numbered(5, 'kept'), ...numbered(20, 'anew')].toSorted());
});

test('[TIME-6] a client forgets a head beyond the end of a restored database', async () => {
	const { world, ada, bo } = await openWorld({ timings: SLOW_PING });
	await say(ada, 'kept');
	await shows(bo, 1);
	await world.whileStopped(() => world.server.copyDatabase('copy'));
	await settle(world);
	const { timeline } = bo.rooms.open(ROOM);
	// The client receives the head alone: the message is withheld, and the client cannot request it.
	await world.server.command({ fault: 'withhold', socketId: socketId(bo.socket), count: 1 });
	bo.proxy.mute('up');
	await say(ada, 'undone');
	await until(() => (timeline.head === 2 ? undefined : `a head of ${timeline.head}`), SOON_MS);
	expect(timeline.to).toBe(1);
	await world.restore('copy');

	await check(world);
	expect(timeline.head).toBe(1);
	expect(shown(bo)).toEqual(['kept']);
});

test('[BOX-7] an acknowledged message that is not shown is sent again when a restored database lacks it', async () => {
	const { world, ada, bo } = await openWorld({ timings: NO_HEADS });
	await say(ada, 'kept');
	await shows(bo, 1);
	await shows(ada, 1);
	await world.whileStopped(() => world.server.copyDatabase('copy'));
	await settle(world);
	const goal = ada.acknowledgedCount + 1;
	await world.server.command({ fault: 'withhold', socketId: socketId(ada.socket), count: 1 });
	await say(ada, 'acknowledged');
	await until(() => (ada.acknowledgedCount === goal ? undefined : 'no acknowledgement'));
	expect(shown(ada)).toEqual(['kept']);
	await world.restore('copy');

	await check(world);
	for (const client of [ada, bo]) expect(shown(client)).toEqual(['kept', 'acknowledged']);
});

test.each(['first', 'second'])(
	'[BOX-8] messages that two tabs typed offline leave in the order of typing: the %s connects first',
	async (early) => {
		const { world, ada, bo } = await openWorld();
		const [one, other] = [ada.page(0), await ada.openTab()];
		await settle(world);
		for (const { socket } of ada.pages) socket.goOffline();
		await say(one, 'first');
		await say(other, 'second');
		const page = early === 'first' ? one : other;
		page.socket.goOnline();
		await sent(page);

		// The other tab connects when all faults end.
		await check(world);
		expect(shown(bo)).toEqual(['first', 'second']);
	}
);

test('[BOX-8] a message typed in one tab while another sends leaves before the next one of that tab', async () => {
	const { world, ada, bo } = await openWorld();
	const other = await ada.openTab();
	await settle(world);
	ada.proxy.weather.delayMs = 200;
	await say(ada, 'first');
	await until(() => (ada.unsettled[0]?.wasSent ? undefined : 'no message was sent'));
	await say(other, 'second');
	await say(ada, 'third');
	expect(ada.rooms.outbox.entries[0]?.state).toBe('sending');

	await check(world);
	expect(shown(bo)).toEqual(['first', 'second', 'third']);
});

test('[BOX-8] a tab that was connected all the time sends the messages of a closed tab', async () => {
	const { world, ada, bo } = await openWorld({ timings: SLOW_PING });
	const closing = await ada.openTab();
	await settle(world);
	const socket = socketId(ada.socket);
	closing.socket.goOffline();
	await say(closing, 'left behind');
	ada.closeTab(closing);

	await shows(bo, 1, SOON_MS);
	expect(ada.socket.socket.id).toBe(socket);
	await check(world);
});

test('a reload between sending and the acknowledgement loses no message', async () => {
	const { world, ada, bo } = await openWorld();
	ada.proxy.mute('up');
	await say(ada, ...numbered(5));
	await until(() => (ada.unsettled[0]?.wasSent ? undefined : 'no message was sent'));
	await ada.reload();

	await shows(bo, 5);
	await check(world);
	expect(shown(bo)).toEqual(numbered(5));
});

test('a reload after a lost acknowledgement stores the message once', async () => {
	const { world, ada, bo } = await openWorld();
	ada.proxy.mute('down');
	await say(ada, ...numbered(5));
	await shows(bo, 1);
	await ada.reload();

	await shows(bo, 5);
	await check(world);
	expect(shown(bo)).toEqual(numbered(5));
});

test('a message that was typed before a token was lost leaves by a click alone', async () => {
	const { world, ada, bo } = await openWorld();
	ada.proxy.mute('up');
	await say(ada, 'shall go', 'shall stay');
	await ada.loseToken();
	await until(() => (ada.rooms.outbox.foreign.length === 2 ? undefined : 'no entry is foreign'));
	const [first] = ada.rooms.outbox.foreign;
	if (!first) throw new Error('there is no foreign entry');
	await ada.page(0).adopt(first);

	await shows(bo, 1);
	await check(world);
	expect(shown(bo)).toEqual(['shall go']);
	expect(ada.rooms.outbox.foreign.map(textOf)).toEqual(['shall stay']);
});

test('a full disk delays messages and loses none', async () => {
	const { world, ada, bo } = await openWorld();
	await say(ada, 'before');
	await sent(ada);
	await world.server.command({ fault: 'disk', isFull: true });
	const long = numbered(20).map((text) => `${text} ${'가'.repeat(3_000)}`);
	await say(ada, ...long);
	await until(() => (world.server.output.includes('database or disk is full') ? undefined : 'the disk is not full'));
	// Reading goes on while the disk is full.
	await bo.reload();
	await until(() => (shown(bo)[0] === 'before' ? undefined : 'no history'));
	await world.server.command({ fault: 'disk', isFull: false });

	await check(world);
	expect(shown(bo)).toEqual(['before', ...long]);
});

test.each<Point | undefined>([undefined, 'before-insert', 'before-commit', 'after-commit'])(
	'a dead worker loses no message: %s',
	async (point) => {
		const { world, ada, bo } = await openWorld();
		await say(ada, 'before');
		await sent(ada);
		if (point === undefined) {
			await world.server.command({ fault: 'end-worker' });
		} else {
			await world.server.command({ fault: 'end', point, nth: 1, what: 'worker' });
		}
		await say(ada, ...numbered(5));

		await shows(bo, 6);
		expect(world.server.output).toContain('The database is unavailable');
		await check(world);
		expect(shown(bo)).toEqual(['before', ...numbered(5)]);
	}
);

test('a client replaces a connection whose bytes vanish, in one direction or both', async () => {
	const { world, ada, bo } = await openWorld();
	for (const directions of [['up'], ['down'], ['up', 'down']] as const) {
		const { id } = ada.socket.socket;
		ada.proxy.mute(...directions);
		await say(ada, `after ${directions.join(' and ')} went silent`);
		await until(() => {
			const { socket } = ada.socket;
			return socket.connected && socket.id !== id ? undefined : 'the client keeps a dead connection';
		});
	}
	await shows(bo, 3);
	await check(world);
});

test('a connection that delivers bytes late and one by one loses no message', async () => {
	const { world, ada, bo } = await openWorld({ transports: ['websocket', 'polling'] });
	for (const { proxy } of [ada, bo]) {
		proxy.weather.isSliced = true;
		proxy.weather.delayMs = 5;
		proxy.reset();
	}
	await say(ada, ...numbered(3));
	await shows(bo, 3);
	await check(world);
});

test('a network that swallows every connection for a while loses no message', async () => {
	const { world, ada, bo } = await openWorld({ transports: ['websocket', 'polling'] });
	for (const { proxy } of [ada, bo]) {
		proxy.isBlackHole = true;
		proxy.reset();
	}
	await say(ada, ...numbered(3));
	await until(() =>
		ada.proxy.swallowed > 1 && bo.proxy.swallowed > 1 ? undefined : 'the clients do not try to connect'
	);
	for (const { proxy } of [ada, bo]) proxy.heal();

	await shows(bo, 3);
	await check(world);
});

test('a process that was paused continues without a loss', async () => {
	const { world, ada, bo } = await openWorld();
	world.server.pause();
	await say(ada, ...numbered(5));
	// Long enough for clients to give up on their requests.
	await until(() => (ada.session.isReady ? 'the client still trusts the connection' : undefined));
	world.server.resume();

	await shows(bo, 5);
	await check(world);
});
