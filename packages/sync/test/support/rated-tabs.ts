import type { Rate } from '@digda/protocol';
import { ChatClient } from '../../src/index.ts';
import { RatedServer } from './RatedServer.ts';
import { VirtualTime } from './VirtualTime.ts';

/** More rooms than may be joined at once. */
export const FIFTY = Array.from({ length: 50 }, (_, index) => `room-${index}`);

/** A server whose rates may differ from those of the protocol. */
export function startServer(rates?: { ask?: Rate; send?: Rate }) {
	const time = new VirtualTime();
	const server = new RatedServer(time, rates);
	const openTab = (random = Math.random) => {
		const line = server.createLine();
		const client = new ChatClient({ ...{ line: line.line, schedule: time.schedule }, now: () => time.now, random });
		return { line, client };
	};
	return { time, server, openTab };
}

/** A tab that is connected. */
export async function startTab(rates?: { ask?: Rate; send?: Rate }) {
	const { time, server, openTab } = startServer(rates);
	const tab = openTab(() => 0.5);
	tab.line.connect();
	await time.settle();
	return { time, server, ...tab };
}
