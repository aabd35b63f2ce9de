import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../faults/until.ts';

/**
 * Pauses a process and its children with SIGSTOP. Linux alone.
 * @returns their ids, for `continueAll`
 */
export async function pauseTree(root: number): Promise<number[]> {
	process.kill(root, 'SIGSTOP');
	await untilPaused(root);
	// A paused process makes no more children.
	const children = readdirSync('/proc')
		.map(Number)
		.filter((id) => readStat(id)?.parent === root);
	for (const child of children) send(child, 'SIGSTOP');
	for (const child of children) await untilPaused(child);
	return [root, ...children];
}

/** Continues paused processes. */
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
		// The process has ended.
		return undefined;
	}
}

/** Sends a signal. A process that has ended needs none. */
function send(id: number, signal: NodeJS.Signals): void {
	try {
		process.kill(id, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
