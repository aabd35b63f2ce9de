import { LoadProcess } from '../load/LoadProcess.ts';
import type { SendJob } from '../load/send-messages.ts';
import type { Rival } from '../rivals.ts';
import type { Figures } from '../results/figures.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** Starts a server, loads it from another process, and ends both. */
export async function measureUnderLoad(rival: Rival, job: Omit<SendJob, 'dialect' | 'port'>): Promise<Figures> {
	const load = new LoadProcess('sendMessages');
	const server = await ServerUnderTest.start(rival);
	try {
		load.begin({ ...job, dialect: rival.dialect, port: server.port });
		await load.reached('begun');
		const before = await server.read();
		load.goOn();
		await load.reached('counted');
		const after = await server.read();
		load.goOn();
		const { seconds, messages, deliveries, p50Ms, p99Ms } = await load.ended();
		const cpuUs = 1_000 * (after.cpuMs - before.cpuMs);
		return {
			cpuUsPerMessage: cpuUs / messages,
			cpuUsPerDelivery: cpuUs / deliveries,
			messagesPerSecond: messages / seconds,
			deliveriesPerSecond: deliveries / seconds,
			...{ p50Ms, p99Ms },
			loopDelayP99Ms: after.loopDelayP99Ms
		};
	} finally {
		load.stop();
		await server.stop();
	}
}
