import { ServerProcess, type ServerProcessOptions } from './ServerProcess.ts';
import { NODES, shareEngines } from './shared-engines.ts';

/**
 * Starts a server in a process of its own; where tests run on nodes, several of them on what they share.
 * @returns them, and the function that ends them and removes what they shared
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
