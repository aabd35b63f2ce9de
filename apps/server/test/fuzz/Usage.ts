import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Probe } from '../hostile/probe.ts';
import type { ServerProcess } from '../support/ServerProcess.ts';

/** What a server holds: descriptors, memory that is in use, timers and whatever else keeps its event loop busy. */
export interface Usage {
	/** 0 where the system does not tell. */
	descriptors: number;
	bytes: number;
	/** How many there are of each kind. */
	resources: Record<string, number>;
}

/** Asks a server that has loaded `probe.ts`. */
export async function usageOf({ child }: ServerProcess): Promise<Usage> {
	const answer = once(child, 'message') as Promise<[Probe]>;
	child.send('probe');
	const [{ bytes, resources }] = await answer;
	const descriptors = process.platform === 'linux' ? readdirSync(`/proc/${child.pid}/fd`).length : 0;
	return { descriptors, bytes, resources };
}
