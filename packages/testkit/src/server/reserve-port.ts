import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The range of ports, below those that Linux, macOS and Windows give out by themselves. */
const [FIRST, COUNT] = [20_000, 12_000];

/** Where this process begins its search. Other processes begin elsewhere, so most attempts succeed at once. */
let next = Math.floor(Math.random() * COUNT);

/**
 * Reserves a TCP port of 127.0.0.1 until this process ends, for a server that is started again on the same port, or
 * that cannot ask for a free one. No other caller of this function gets it meanwhile, also while it has no listener.
 *
 * The lock is a UDP socket on the same number: the system gives it to one process alone, and releases it however that
 * process ends. TCP does not use it.
 */
export async function reservePort(): Promise<number> {
	for (let attempt = 0; attempt < COUNT; attempt += 1) {
		const port = FIRST + (next++ % COUNT);
		if (!(await lock(port))) continue;
		// Another program may listen there. Its port stays locked, so it is not tried again.
		if (await isFree(port)) return port;
	}
	throw new Error(`all ports from ${FIRST} to ${FIRST + COUNT - 1} are taken`);
}

async function lock(port: number): Promise<boolean> {
	const socket = createSocket('udp4').unref();
	try {
		socket.bind({ port, address: '127.0.0.1', exclusive: true });
		await once(socket, 'listening');
		return true;
	} catch {
		socket.close();
		return false;
	}
}

async function isFree(port: number): Promise<boolean> {
	const probe = createServer().listen(port, '127.0.0.1');
	try {
		await once(probe, 'listening');
	} catch {
		return false;
	}
	probe.close();
	await once(probe, 'close');
	return true;
}
