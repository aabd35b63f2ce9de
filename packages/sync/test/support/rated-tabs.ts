import type { Rate } from '@digda/protocol';
import { RatedServer } from './RatedServer.ts';
import { TestChat } from './TestChat.ts';
import { VirtualTime } from './VirtualTime.ts';

/** More rooms than the rate allows to join at once. */
export const FIFTY = Array.from({ length: 50 }, (_, index) => `room-${index}`);

/** Creates a server whose rates may differ from those of the protocol. */
export function startServer(rates?: { ask?: Rate; send?: Rate }) {
	const time = new VirtualTime();
	const server = new RatedServer(time, rates);
	const openTab = (random = Math.random) => {
		const line = server.createLine();
		const client = new TestChat({ ...{ socket: line.socket, schedule: time.schedule }, now: () => time.now, random });
		return { line, client };
	};
	return { time, server, openTab };
}

/** Creates a connected tab. */
export async function startTab(rates?: { ask?: Rate; send?: Rate }) {
	const { time, server, openTab } = startServer(rates);
	const tab = openTab(() => 0.5);
	tab.line.connect();
	await time.settle();
	return { time, server, ...tab };
}

/** Generates the same pseudorandom numbers from 0 to 1 for the same seed. */
export function seededRandom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
		return state / 2 ** 31;
	};
}
