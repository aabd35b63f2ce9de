import { requestText } from './http.ts';

/** The path of a new connection over a transport. */
export function enginePath(transport: string): string {
	return `/socket.io/?EIO=4&transport=${transport}`;
}

/** The headers of a request for a WebSocket. */
export const UPGRADE_HEADERS = {
	Connection: 'Upgrade',
	Upgrade: 'websocket',
	'Sec-WebSocket-Version': '13',
	'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='
};

/** The text of a whole request for a WebSocket. */
export const UPGRADE_REQUEST = requestText(`GET ${enginePath('websocket')}`, UPGRADE_HEADERS);
