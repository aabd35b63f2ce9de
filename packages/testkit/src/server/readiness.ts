import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * How to know that a server listens: by a line of its log, which may be in a file, by `/healthz`, or by the message
 * `{ listening: port, pid }` over IPC.
 */
export type Readiness = 'log' | 'health' | 'message';

const POLL_MS = 5;

/** The port in the log line of a server that listens, or undefined without one. */
export function findPort(text: string): number | undefined {
	const port = /Server is running on http:\/\/localhost:(\d+)/.exec(text)?.[1];
	return port === undefined ? undefined : Number(port);
}

/** Waits until the log in a file has the port of the server, or the server has ended. */
export async function untilFileSays(file: string, hasEnded: () => boolean): Promise<number | undefined> {
	for (;;) {
		const port = findPort(readFileSync(file, 'utf8'));
		if (port !== undefined || hasEnded()) return port;
		await pause(POLL_MS);
	}
}

/** Waits until the server on a port is healthy, or has ended. */
export async function untilHealthy(port: number, hasEnded: () => boolean): Promise<number | undefined> {
	while (!hasEnded()) {
		const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
		if (response?.status === 200) return port;
		await pause(POLL_MS);
	}
	return undefined;
}
