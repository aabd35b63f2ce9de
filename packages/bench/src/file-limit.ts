import { execFileSync } from 'node:child_process';

/** The open files of a process besides its connections. */
const OTHERS = 100;

/**
 * Returns one line when a process may not have this many connections, otherwise undefined. Both sides of a connection are
 * child processes, which have the limit of this one.
 */
export function explainFileLimit(connections: number): string | undefined {
	const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
	if (limit === 'unlimited' || Number(limit) >= connections + OTHERS) return undefined;
	return `${connections} connections need ${connections + OTHERS} open files, and the limit is ${limit}: raise it with ulimit -n`;
}
