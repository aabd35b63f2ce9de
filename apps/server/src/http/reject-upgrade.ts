import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** Rejects an upgrade request and closes its connection. Such a request has no response object, only the connection. */
export function rejectUpgrade(
	connection: Socket,
	status: number,
	headers: Readonly<Record<string, string>> = {}
): void {
	const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' });
	const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map(([name, value]) => `${name}: ${value}`)];
	connection.write(`${head.join('\r\n')}\r\n\r\n`);
	connection.destroySoon();
}
