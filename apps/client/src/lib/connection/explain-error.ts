import { m } from '#lib/paraglide/messages.js';

/**
 * Says in the reader's language why there is no connection. Socket.IO names its reasons in English; what a
 * server gives as its own reason is passed on as it is.
 */
export function explainError({ message }: Error): string {
	switch (message) {
		case 'io server disconnect':
			return m.reason_closed();
		case 'transport close':
		case 'transport error':
			return m.reason_lost();
		case 'ping timeout':
		case 'timeout':
			return m.reason_silent();
		case 'websocket error':
		case 'xhr poll error':
		case 'xhr post error':
			return m.reason_unreachable();
		default:
			return message;
	}
}
