import { ServerProcess, type ServerProcessOptions } from './ServerProcess.ts';
import { NODES, shareEngines } from './shared-engines.ts';

/**
 * Starts a server in a process of its own, or several nodes with shared engines where tests run on nodes.
 * @returns the processes, and a function that ends them and removes their shared database
 */
export async function startNodeProcesses(variables: Record<string, string>, options: ServerProcessOptions) {
	const shared = await shareEngines();
	const start = () => ServerProcess.start({ ...shared?.variables, ...variables }, options);
	const others = Array.from({ length: shared ? NODES - 1 : 0 }, start);
	const servers = await Promise.all([start(), ...others]);
	async function stop(): Promise<void> {
		await Promise.all(servers.map((server) => server.stop('SIGKILL')));
		await shared?.remove();
	}
	return { servers, stop };
}
