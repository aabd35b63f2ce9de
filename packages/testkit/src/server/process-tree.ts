import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../faults/until.ts';

/**
 * Stops a process and its children where they are, without their being asked. Linux alone.
 * @returns their ids, for `continueAll`
 */
export async function pauseTree(root: number): Promise<number[]> {
	process.kill(root, 'SIGSTOP');
	await untilPaused(root);
	// Now there will be no more of them.
	const children = readdirSync('/proc')
		.map(Number)
		.filter((id) => readStat(id)?.parent === root);
	for (const child of children) send(child, 'SIGSTOP');
	for (const child of children) await untilPaused(child);
	return [root, ...children];
}

/** Lets processes go on that were paused. */
export function continueAll(ids: readonly number[]): void {
	for (const id of ids) send(id, 'SIGCONT');
}

async function untilPaused(id: number): Promise<void> {
	const isRunning = () => ['R', 'S', 'D'].includes(readStat(id)?.state ?? '');
	await until(() => (isRunning() ? `process ${id} is paused` : undefined));
}

/** Reads `/proc/<id>/stat`: `id (name) state parent …`, where the name can hold spaces and brackets. */
function readStat(id: number): { state: string; parent: number } | undefined {
	try {
		const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
		const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return { state, parent: Number(parent) };
	} catch {
		// It has ended.
		return undefined;
	}
}

/** What has ended meanwhile needs no signal. */
function send(id: number, signal: NodeJS.Signals): void {
	try {
		process.kill(id, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
