import { LoadProcess } from '../load/LoadProcess.ts';
import type { PageJob } from '../load/read-pages.ts';
import { digda } from '../rivals.ts';
import type { Finding } from '../results/findings.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** Measures the start of a server on an existing directory, and the pages of its rooms. */
export async function measureLargeRoom(directory: string, job: Omit<PageJob, 'port'>): Promise<Finding[]> {
	const server = await ServerUnderTest.start(digda, { directory });
	const load = new LoadProcess('readPages');
	try {
		load.begin({ ...job, port: server.port });
		const pages = await load.ended();
		return [
			{
				workload: 'start with a large room',
				subject: 'digda',
				primary: 'readyMs',
				figures: { readyMs: server.readyMs }
			},
			...pages.map(({ page, room, ...figures }): Finding => {
				return { workload: `history, ${page}`, subject: room, primary: 'p50Ms', figures };
			})
		];
	} finally {
		load.stop();
		// An orderly stop, so that the next start has nothing to recover.
		await server.stop('SIGTERM');
	}
}
