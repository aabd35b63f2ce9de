import { rmSync } from 'node:fs';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { makeDirectory } from '../directory.ts';
import type { ComeBackJob } from '../load/come-back.ts';
import { LoadProcess } from '../load/LoadProcess.ts';
import { digda } from '../rivals.ts';
import type { Figures } from '../results/figures.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** Measures a restart for its members: the time from listening until all have the messages that they missed. */
export async function measureRestart(people: Omit<ComeBackJob, 'port'>): Promise<Figures> {
	const directory = makeDirectory();
	const port = await reservePort();
	const load = new LoadProcess('comeBack');
	let server = await ServerUnderTest.start(digda, { directory, port });
	try {
		load.begin({ ...people, port });
		await load.reached('away');
		await server.stop('SIGTERM');
		server = await ServerUnderTest.start(digda, { directory, port });
		const listening = performance.now();
		// The delay of the event loop is measured from this reading on.
		await server.read();
		load.goOn();
		const { p50Ms, p99Ms } = await load.ended();
		const untilEqualMs = performance.now() - listening;
		const { loopDelayP99Ms } = await server.read();
		return { untilEqualMs, loopDelayP99Ms, p50Ms, p99Ms, readyMs: server.readyMs };
	} finally {
		load.stop();
		await server.stop();
		rmSync(directory, { recursive: true, force: true });
	}
}
