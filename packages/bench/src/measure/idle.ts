import { setTimeout as sleep } from 'node:timers/promises';
import { LoadProcess } from '../load/LoadProcess.ts';
import type { Rival } from '../rivals.ts';
import type { Figures } from '../results/figures.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** What a server holds for connections that are there and say nothing, each in a room of its own. */
export async function measureIdle(rival: Rival, connections: number, settleMs: number): Promise<Figures> {
	const load = new LoadProcess('holdConnections');
	const server = await ServerUnderTest.start(rival);
	try {
		const before = await server.read();
		load.begin({ dialect: rival.dialect, port: server.port, connections });
		await load.reached('connected');
		await sleep(settleMs);
		// As it is: what could be collected and was not is held too.
		const after = await server.read();
		return { rssBytesPerConnection: (after.rssBytes - before.rssBytes) / connections };
	} finally {
		load.stop();
		await server.stop();
	}
}
