import { ClientSocket } from '../ClientSocket.ts';

/** The address of Engine.IO over WebSocket alone. */
const ENGINE = '/socket.io/?EIO=4&transport=websocket';

/** Opens a connection of Engine.IO, in which no namespace has been entered yet. */
export async function openEngine(port: number): Promise<ClientSocket> {
	const socket = await ClientSocket.open(port, ENGINE);
	await socket.until('0{');
	return socket;
}

/** Opens a connection in the namespace `/`. */
export async function enterRoot(port: number): Promise<ClientSocket> {
	const socket = await openEngine(port);
	await socket.ask('40', '40');
	return socket;
}
