import { once } from 'node:events';
import { createServer } from 'node:net';

let next = 0;

/** Of those who live as long as this process; they may be away for a moment. */
const kept = new Set<number>();

/**
 * A port for a server that is started again on the same one. It is outside the range from which the system
 * gives ports to others, and each process has a hundred of its own, so nobody takes it in between.
 */
export function fixedPort(): number {
	let port: number;
	do port = 20_000 + (process.pid % 100) * 100 + (next++ % 100);
	while (kept.has(port));
	return port;
}

/** Such a port on which nobody listens, for a program that cannot be asked for another one. */
export async function freeFixedPort(): Promise<number> {
	for (;;) {
		const port = fixedPort();
		const probe = createServer().listen(port, '127.0.0.1');
		const isFree = await once(probe, 'listening').then(
			() => true,
			() => false
		);
		if (!isFree) continue;
		probe.close();
		await once(probe, 'close');
		return port;
	}
}

/** Such a port that nobody else gets from this process any more, for what lives through many tests. */
export async function keptPort(): Promise<number> {
	const port = await freeFixedPort();
	kept.add(port);
	return port;
}
