import { setTimeout as sleep } from 'node:timers/promises';
import { LoadProcess } from '../load/LoadProcess.ts';
import type { Rival } from '../rivals.ts';
import type { Figures } from '../results/figures.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** What a server holds for connections that are there and say nothing, each in a room of its own. */
export async function measureIdle(rival: Rival, connections: number, settleMs: number): Promise<Figures> {
	const [first, others] = [new LoadProcess('holdConnections'), new LoadProcess('holdConnections')];
	const server = await ServerUnderTest.start(rival);

	async function hold(load: LoadProcess<'holdConnections'>, count: number): Promise<void> {
		load.begin({ dialect: rival.dialect, port: server.port, connections: count });
		await load.reached('connected');
		await sleep(settleMs);
	}

	try {
		// What a server makes once, such as a thread that reads, is no connection's.
		await hold(first, 1);
		const before = await server.read();
		await hold(others, connections);
		// As it is: what could be collected and was not is held too.
		const after = await server.read();
		return { rssBytesPerConnection: (after.rssBytes - before.rssBytes) / connections };
	} finally {
		first.stop();
		others.stop();
		await server.stop();
	}
}
