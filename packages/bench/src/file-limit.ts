import { execFileSync } from 'node:child_process';

/** What a process has open besides its connections. */
const OTHERS = 100;

/**
 * Says in one line that a process may not have so many connections, undefined when it may. Both sides of a connection
 * are processes that are started from here, and have the limit of this one.
 */
export function explainFileLimit(connections: number): string | undefined {
	const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
	if (limit === 'unlimited' || Number(limit) >= connections + OTHERS) return undefined;
	return `${connections} connections need ${connections + OTHERS} open files, and the limit is ${limit}: raise it with ulimit -n`;
}
