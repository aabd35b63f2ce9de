import { readdirSync, readlinkSync } from 'node:fs';
import type { Probe } from '@digda/testkit/faults/probe.ts';
import type { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

/** What a server holds: descriptors, memory that is in use, timers and whatever else keeps its event loop busy. */
export interface Usage {
	/** 0 where the system does not tell. */
	descriptors: number;
	bytes: number;
	/** How many there are of each kind. */
	resources: Record<string, number>;
}

/** Asks a server that has loaded `probe.ts`. */
export async function usageOf(server: ServerProcess): Promise<Usage> {
	const { bytes, resources } = await server.request<Probe>('probe');
	const descriptors = process.platform === 'linux' ? readdirSync(`/proc/${server.child.pid}/fd`).length : 0;
	return { descriptors, bytes, resources };
}

/** How long the thread may take to start. */
const START_MS = 20_000;

/**
 * Waits until the thread that reads has opened the database. The first read of a client starts it; its descriptors are
 * kept and are no leak. Where the system does not show descriptors there is nothing to wait for.
 * @throws when it does not come to that
 */
export async function untilReaderIsOpen({ child }: ServerProcess): Promise<void> {
	if (process.platform !== 'linux') return;
	for (const end = performance.now() + START_MS; countOpen(child.pid, '.sqlite') < 2;) {
		if (performance.now() > end) throw new Error('the thread that reads has not opened the database');
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** How often a process has files open whose names end like this. */
function countOpen(pid: number | undefined, ending: string): number {
	const folder = `/proc/${pid}/fd`;
	return readdirSync(folder).filter((descriptor) => {
		try {
			return readlinkSync(`${folder}/${descriptor}`).endsWith(ending);
		} catch {
			// It was closed meanwhile.
			return false;
		}
	}).length;
}
