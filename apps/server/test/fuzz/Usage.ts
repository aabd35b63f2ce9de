import { readdirSync, readlinkSync } from 'node:fs';
import type { Probe } from '@digda/testkit/faults/probe.ts';
import type { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

/** The descriptors, memory in use, timers and other active resources of a server. */
export interface Usage {
	/** 0 where the system does not show descriptors. */
	descriptors: number;
	bytes: number;
	/** The numbers of active resources, by kind. */
	resources: Record<string, number>;
}

/** Reads the usage of a server that has loaded `probe.ts`. */
export async function usageOf(server: ServerProcess): Promise<Usage> {
	const { bytes, resources } = await server.request<Probe>('probe');
	const descriptors = process.platform === 'linux' ? readdirSync(`/proc/${server.child.pid}/fd`).length : 0;
	return { descriptors, bytes, resources };
}

/** The longest start of the thread, in milliseconds. */
const START_MS = 20_000;

/**
 * Waits until the reading thread has opened the database. The first read of a client starts it. Its descriptors stay, and
 * are no leak. Where the system does not show descriptors, this returns at once.
 * @throws after `START_MS`
 */
export async function untilReaderIsOpen({ child }: ServerProcess): Promise<void> {
	if (process.platform !== 'linux') return;
	for (const end = performance.now() + START_MS; countOpen(child.pid, '.sqlite') < 2;) {
		if (performance.now() > end) throw new Error('the reading thread has not opened the database');
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** The number of open files of a process whose names have this ending. */
function countOpen(pid: number | undefined, ending: string): number {
	const folder = `/proc/${pid}/fd`;
	return readdirSync(folder).filter((descriptor) => {
		try {
			return readlinkSync(`${folder}/${descriptor}`).endsWith(ending);
		} catch {
			// The descriptor was closed meanwhile.
			return false;
		}
	}).length;
}
