import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * How a server is known to listen: by a line of its log, which may be in a file, by `/healthz`, or by a message over IPC
 * that says `{ listening: port, pid }`.
 */
export type Readiness = 'log' | 'health' | 'message';

const POLL_MS = 5;

/** The port in what a server says when it listens; undefined when it has not said so. */
export function findPort(text: string): number | undefined {
	const port = /Server is running on http:\/\/localhost:(\d+)/.exec(text)?.[1];
	return port === undefined ? undefined : Number(port);
}

/** Waits until the log in a file says where the server listens, or there is nobody any more to write it. */
export async function untilFileSays(file: string, hasEnded: () => boolean): Promise<number | undefined> {
	for (;;) {
		const port = findPort(readFileSync(file, 'utf8'));
		if (port !== undefined || hasEnded()) return port;
		await pause(POLL_MS);
	}
}

/** Waits until the server on a port says that it is well, or there is nobody any more to say so. */
export async function untilHealthy(port: number, hasEnded: () => boolean): Promise<number | undefined> {
	while (!hasEnded()) {
		const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
		if (response?.status === 200) return port;
		await pause(POLL_MS);
	}
	return undefined;
}
