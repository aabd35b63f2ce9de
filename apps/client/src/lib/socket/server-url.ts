const PROTOCOLS = ['http:', 'https:', 'ws:', 'wss:'];

/**
 * Returns the normal form of a server's URL, whose path is a Socket.IO namespace.
 * @throws {TypeError} when it is not an absolute http or WebSocket URL
 */
export function parseServerUrl(url: string): string {
	const parsed = URL.parse(url);
	if (parsed === null || !PROTOCOLS.includes(parsed.protocol)) {
		throw new TypeError(
			`${JSON.stringify(url)} is not the URL of a server: expected http://, https://, ws:// or wss:// and a host`
		);
	}
	return parsed.href;
}
