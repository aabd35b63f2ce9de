import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { check, ROOM, say, sent, shown, shows, socketId } from '../../../faults/directed.ts';
import { readLog } from '../../../faults/read-log.ts';
import { BrowserIdentity, type KnownIdentity } from '../../../faults/BrowserIdentity.ts';
import type { FaultSocket } from '../../../faults/FaultSocket.ts';
import { openSession } from '../../../faults/open-session.ts';
import { until } from '@digda/testkit/faults/until.ts';
import { NODES, type ClusterWorld } from '../../../faults/cluster/ClusterWorld.ts';
import { Delays } from '../../../faults/cluster/Delays.ts';
import { lists, numbered, SOON_MS, useGround } from '../../../faults/cluster/directed.ts';
import { Talk } from '../../../faults/cluster/Talk.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A busy machine must not look like a dead connection, and only `entry:new` may deliver entries. */
const NEWS_ALONE = { pingIntervalMs: 15_000, pingTimeoutMs: 45_000, headsIntervalMs: 3_600_000 };

/** The promised delay of an entry of another node when its hint is lost. */
const LATEST_MS = 2_000;

/** How long people of a dead node may be listed, where a node counts as dead after 4 s. */
const GONE_MS = 10_000;

const SIX = Array.from({ length: 6 }, () => 'websocket' as const);

interface Talking {
	talk: Talk;
	delays: Delays;
}

/** Lets browsers type, and measures how late each message is shown. */
function startTalk(world: ClusterWorld, perSecond: number): Talking {
	const delays = new Delays();
	for (const client of world.clients) delays.watch(client.page(0), ROOM);
	// A sender fills its gaps by sending. The clients of the last node send nothing.
	const talk = new Talk(
		world.clients.filter((_, index) => index % NODES !== NODES - 1),
		ROOM,
		perSecond
	);
	onTestFinished(() => talk.end());
	return { talk, delays };
}

/** Waits until this many more messages were typed. */
async function more({ talk }: Talking, count: number): Promise<void> {
	const { count: before } = talk;
	await until(() => (talk.count < before + count ? 'too little is typed' : undefined));
}

/** Checks that every message is shown to everybody, and in time. */
async function checkTalk(world: ClusterWorld, { talk, delays }: Talking): Promise<void> {
	talk.end();
	await check(world);
	const [log = []] = (await world.read(readLog)).values();
	expect(log).toHaveLength(talk.count);
	expect(delays.shown, 'every message is shown to everybody').toBe(talk.count * world.clients.length);
	const figures = `${talk.count} messages; the latest was shown ${delays.worstMs} ms after it was sent`;
	console.log(figures);
	expect(delays.worstMs, figures).toBeLessThan(LATEST_MS);
}

/** A connection of a user to one node, in the room. */
async function connectTo(world: ClusterWorld, node: number, known: KnownIdentity): Promise<FaultSocket> {
	const identities = new BrowserIdentity(known).openTab();
	const { session, socket } = openSession({ url: world.node(node).url, transport: 'websocket', identities });
	onTestFinished(() => session.close());
	const ready = new Promise<void>((resolve) => session.began.on(resolve));
	await session.connect();
	await ready;
	await socket.request('room:join', { room: ROOM });
	return socket;
}

describe.skipIf(missingEngines().length > 0)('three nodes', () => {
	const openCluster = useGround();

	test('[NODE-2] a kill of Redis amid 200 messages per second loses and delays none', async () => {
		const { world } = await openCluster({ transports: SIX, timings: NEWS_ALONE });
		const talking = startTalk(world, 200);
		await more(talking, 400);
		await world.killRedis(3_000);
		await world.faultsOver();
		await more(talking, 400);
		await checkTalk(world, talking);
	});

	test('[NODE-2] a pause of Redis beyond its time-out loses and delays no message', async () => {
		const { world } = await openCluster({ transports: SIX, timings: NEWS_ALONE });
		const talking = startTalk(world, 100);
		await more(talking, 100);
		// Redis misses several pings and several attempts to connect.
		await world.freezeRedis(6_000);
		await world.faultsOver();
		await more(talking, 200);
		await checkTalk(world, talking);
	});

	test('[NODE-2] a node that is cut from Redis delays no message, whether it notices or not', async () => {
		const { world } = await openCluster({ timings: NEWS_ALONE });
		const talking = startTalk(world, 20);
		await world.cutFromRedis(2, true, 4_000);
		await world.cutFromRedis(1, false, 4_000);
		await world.faultsOver();
		await more(talking, 40);
		await checkTalk(world, talking);
	});

	test('[NODE-1] a node that was paused until it counted as dead stores each message once, and returns', async () => {
		const { world, ada, bo, cy } = await openCluster();
		await until(() => (lists(bo, cy) ? undefined : 'a person on another node is not listed'));
		await say(ada, ...numbered(3, 'before'));
		await sent(ada);
		// The other nodes know its people, and some of their messages are in flight to it.
		const dead = world.node(2);
		void say(cy, ...numbered(20, 'amid'));
		await until(() => (cy.unsettled[0]?.wasSent ? undefined : 'no message is in flight'));
		dead.pause();
		ada.proxy.target = world.node(1).port;
		ada.proxy.reset();
		await until(() => (lists(bo, cy) ? 'a person on a dead node is listed' : undefined), GONE_MS);
		cy.proxy.target = world.node(0).port;
		await sent(cy);
		dead.resume();
		cy.proxy.target = dead.port;
		cy.proxy.reset();
		await say(cy, ...numbered(5, 'after'));

		await check(world);
		expect(shown(bo).toSorted()).toEqual(
			[...numbered(3, 'before'), ...numbered(20, 'amid'), ...numbered(5, 'after')].toSorted()
		);
		await until(() => (lists(bo, cy) ? undefined : 'a person who is back is not listed'), SOON_MS);
	});

	test('[NODE-1] an id of two messages on two nodes at once is stored for one of them', async () => {
		const { world, ada, bo } = await openCluster();
		const sockets = [await connectTo(world, 0, { ...ada.identity }), await connectTo(world, 1, { ...ada.identity })];
		for (const round of numbered(20, 'round')) {
			const id = randomUUID();
			const replies = await Promise.all(
				sockets.map((socket, index) => socket.request('message:send', { room: ROOM, id, text: `${round} of ${index}` }))
			);
			const codes = replies.map((reply) => (reply.ok ? 'ok' : reply.error.code));
			expect(codes.toSorted()).toEqual(['id_reused', 'ok']);
		}
		await shows(bo, 20);
		await check(world);
	});

	test('[NODE-1] a restart of all nodes under load loses no message, and delays nobody for long', async () => {
		const transports = ['websocket', 'polling', 'websocket', 'websocket', 'polling', 'websocket'] as const;
		const { world } = await openCluster({ transports, isDirect: false });
		const typing = new Talk(world.clients, ROOM, 24);
		onTestFinished(() => typing.end());
		for (const node of world.nodes) {
			await pause(500);
			await node.end();
			await node.up();
		}
		await pause(500);
		typing.end();
		await check(world);
		const [log = []] = (await world.read(readLog)).values();
		expect(log).toHaveLength(typing.count);
		const figures = `somebody waited ${Math.round(typing.worstWaitMs)} ms`;
		console.log(figures);
		expect(typing.worstWaitMs, figures).toBeLessThan(5_000);
	});

	test('a crash of PostgreSQL under load loses no message', async () => {
		const { world } = await openCluster({ timings: NEWS_ALONE });
		const typing = new Talk(world.clients, ROOM, 60);
		onTestFinished(() => typing.end());
		await pause(500);
		await world.restartPostgres('immediate', 1_000);
		await pause(3_000);
		await world.terminateBackends();
		await pause(1_000);
		typing.end();
		await check(world);
		const [log = []] = (await world.read(readLog)).values();
		expect(log).toHaveLength(typing.count);
	});

	test('[NODE-4] people of a killed node disappear on other nodes, and return with it', async () => {
		const { world, ada, bo, cy } = await openCluster();
		await until(
			() => (lists(bo, ada) && lists(cy, ada) ? undefined : 'a person on another node is not listed'),
			SOON_MS
		);
		const start = performance.now();
		await world.node(0).leave();
		await until(() => (lists(bo, ada) || lists(cy, ada) ? 'a person who is gone is listed' : undefined), GONE_MS);
		console.log(`gone after ${Math.round(performance.now() - start)} ms`);
		expect(lists(bo, cy) && lists(cy, bo), 'people on other nodes are listed').toBe(true);
		world.node(0).comeBack();
		await check(world);
		await until(() => (lists(bo, ada) && lists(cy, ada) ? undefined : 'a person who is back is not listed'), SOON_MS);
	});

	test('[NODE-4] people of a node that stops in order disappear at once', async () => {
		const { world, ada, bo } = await openCluster();
		await until(() => (lists(bo, ada) ? undefined : 'a person on another node is not listed'), SOON_MS);
		ada.proxy.target = undefined;
		await world.node(0).end();
		await until(() => (lists(bo, ada) ? 'a person who is gone is listed' : undefined), 5_000);
		ada.proxy.target = world.node(0).port;
		await check(world);
	});

	test('[NODE-3] a forged fact is never shown, ends no node, and delays no entry', async () => {
		const { world, ada, bo, cy } = await openCluster({ timings: NEWS_ALONE });
		await say(ada, 'before');
		for (const client of world.clients) await shows(client, 1);
		const sockets = world.clients.map(({ socket }) => socketId(socket));

		const { delays, talk: typing } = startTalk(world, 15);
		for (let round = 0; round < 5; round += 1) {
			expect(await world.forger.forge(ROOM), 'forgeries that a node received').toBeGreaterThan(500);
			await pause(300);
		}
		typing.end();
		await until(() => (shown(cy).length === typing.count + 1 ? undefined : 'messages are missing'), SOON_MS);
		expect(
			world.clients.map(({ socket }) => socket.socket.id),
			'connections'
		).toEqual(sockets);
		expect([shown(ada), shown(bo), shown(cy)].flat().filter((text) => text.includes('forged'))).toEqual([]);
		const figures = `the latest was shown ${delays.worstMs} ms after it was sent`;
		console.log(figures);
		expect(delays.worstMs, figures).toBeLessThan(LATEST_MS);
		await check(world);
	});
});
