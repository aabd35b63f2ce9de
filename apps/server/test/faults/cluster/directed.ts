import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { ROOM } from '../directed.ts';
import type { FaultClient } from '../FaultClient.ts';
import type { Page } from '../Page.ts';
import { settle } from '../settle.ts';
import { until } from '@digda/testkit/faults/until.ts';
import { ClusterWorld, type ClusterWorldOptions } from './ClusterWorld.ts';
import { closeGround, openGround, type Ground } from './Ground.ts';

/** Facts between nodes are batched, and sent again when they were lost. This is the longest delay. */
export const SOON_MS = 10_000;

/** Texts that differ by their numbers. */
export const numbered = (count: number, word = 'text') =>
	Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);

/** Starts the engines for all tests of a file. @returns a function that starts a cluster, which ends with the test */
export function useGround() {
	let ground: Ground | undefined;
	beforeAll(async () => {
		ground = await openGround();
	}, 60_000);
	afterAll(async () => {
		if (ground) await closeGround(ground);
	}, 60_000);

	/** Starts browsers that have joined one room, each on its own node unless there are more browsers than nodes. */
	return async function openCluster(options: Partial<ClusterWorldOptions> = {}) {
		if (!ground) throw new Error('there is no ground yet');
		const transports = ['websocket', 'websocket', 'websocket'] as const;
		const world = await ClusterWorld.open(ground, { transports, rooms: [ROOM], isDirect: true, ...options });
		onTestFinished(() => world.close(), 60_000);
		await settle(world);
		const [ada, bo, cy] = world.clients;
		if (!ada || !bo || !cy) throw new RangeError('a cluster needs three browsers');
		return { world, ada, bo, cy };
	};
}

/** The names of the people that a page lists as online, without observers. */
export function people(page: Page | FaultClient): string[] {
	return page.rooms.open(ROOM).people.members.map(({ name }) => name);
}

/** Whether a page lists the user of a browser as online. */
export function lists(page: Page | FaultClient, { identity }: FaultClient): boolean {
	return page.rooms.open(ROOM).people.members.some(({ id }) => id === identity.user?.id);
}

/** Opens one more page of a browser, on another node. */
export async function openTabOn(world: ClusterWorld, client: FaultClient, node: number) {
	client.proxy.target = world.node(node).port;
	const page = await client.openTab();
	await until(() => (page.rooms.open(ROOM).status === 'joined' ? undefined : `${page.name} has not joined`));
	return page;
}
