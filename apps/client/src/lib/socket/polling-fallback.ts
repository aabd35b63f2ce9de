import type { Manager } from 'socket.io-client';

/**
 * Begins with polling after an attempt that timed out. Socket.IO's `tryAllTransports` acts when WebSocket is
 * refused; a proxy that swallows it gives no error, only silence. Where WebSocket works after all, the
 * connection is upgraded to it as usual.
 */
export function fallBackToPolling(manager: Manager): void {
	const { transports } = manager.opts;
	if (!isTransportList(transports) || !transports.includes('polling')) return;

	manager.on('error', (error) => {
		if (error.message === 'timeout') manager.opts.transports = ['polling', 'websocket'];
	});
}

/** Socket.IO also takes constructors of transports, which say nothing about their kind. */
function isTransportList(transports: unknown): transports is string[] {
	return Array.isArray(transports) && transports.every((name) => typeof name === 'string');
}
