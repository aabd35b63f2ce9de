import { LoadProcess } from '../load/LoadProcess.ts';
import type { PageJob } from '../load/read-pages.ts';
import { digda } from '../rivals.ts';
import type { Finding } from '../results/findings.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** How long a server takes to be there with what is in a directory, and to give pages of its rooms. */
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
		// In good order, so that the next start finds nothing to mend.
		await server.stop('SIGTERM');
	}
}
