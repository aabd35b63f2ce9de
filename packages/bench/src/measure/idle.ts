import { setTimeout as sleep } from 'node:timers/promises';
import { LoadProcess } from '../load/LoadProcess.ts';
import type { Rival } from '../rivals.ts';
import type { Figures } from '../results/figures.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** Measures the memory of a server for idle connections, each in a room of its own. */
export async function measureIdle(rival: Rival, connections: number, settleMs: number): Promise<Figures> {
	const [first, others] = [new LoadProcess('holdConnections'), new LoadProcess('holdConnections')];
	const server = await ServerUnderTest.start(rival);

	async function hold(load: LoadProcess<'holdConnections'>, count: number): Promise<void> {
		load.begin({ dialect: rival.dialect, port: server.port, connections: count });
		await load.reached('connected');
		await sleep(settleMs);
	}

	try {
		// The first connection makes what exists once, such as the reading thread.
		await hold(first, 1);
		const before = await server.read();
		await hold(others, connections);
		// Without a garbage collection: memory that could be freed counts too.
		const after = await server.read();
		return { rssBytesPerConnection: (after.rssBytes - before.rssBytes) / connections };
	} finally {
		first.stop();
		others.stop();
		await server.stop();
	}
}
