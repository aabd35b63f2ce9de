import { onTestFinished } from 'vitest';
import type { FaultClient } from './FaultClient.ts';
import type { Page } from './Page.ts';
import type { FaultSocket } from './FaultSocket.ts';
import { settle } from './settle.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { until, within } from '@digda/testkit/faults/until.ts';
import { verify } from './verify.ts';
import { World, type WorldOptions } from './World.ts';

export const ROOM = 'lobby';

/** Starts a server with browsers that have joined one room. Everything ends with the test. */
export async function openWorld(options: Partial<WorldOptions> = {}) {
	const world = await World.open({
		transports: ['websocket', 'websocket'],
		rooms: [ROOM],
		...options
	});
	onTestFinished(() => world.close());
	await settle(world);
	const [ada, bo] = world.clients;
	if (!ada || !bo) throw new RangeError('a world needs two browsers');
	return { world, ada, bo };
}

/** Types texts in a page, or in the first page of a browser, and waits until the outbox has them. */
export async function say(client: FaultClient | Page, ...texts: string[]): Promise<void> {
	await Promise.all(texts.map((text) => client.say(ROOM, text)));
}

/** Waits until all texts of a browser, or of a page, are acknowledged. */
export async function sent(client: FaultClient | Page): Promise<void> {
	await until(() => (client.unsettled.length === 0 ? undefined : `${client.name} is not done`));
}

/** The texts that a page shows, without unsent entries. */
export function shown({ rooms }: FaultClient | Page): string[] {
	return rooms.open(ROOM).timeline.messages.map(({ text }) => text);
}

/** Waits until a browser shows this many messages. */
export async function shows(client: FaultClient, count: number, deadlineMs?: number) {
	await until(() => {
		const { length } = shown(client);
		return length === count ? undefined : `${client.name} shows ${length} of ${count}`;
	}, deadlineMs);
}

/** Ends all faults, and checks all promises. */
export async function check(world: TestedWorld): Promise<void> {
	await world.heal();
	await settle(world);
	await verify(world);
}

/** Waits for the end of the present process. */
export async function ended(end: Promise<unknown>): Promise<void> {
	await within('the end of the process', end);
}

/** The socket id of a connection. @throws when it is not connected */
export function socketId({ socket }: FaultSocket): string {
	if (socket.id === undefined) throw new Error('there is no connection');
	return socket.id;
}
