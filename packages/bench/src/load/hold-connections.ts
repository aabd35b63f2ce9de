import { DIALECTS, type DialectName } from './dialects/index.ts';
import { forEachOf } from './for-each-of.ts';
import type { Reach } from './task.ts';

export interface HoldJob {
	dialect: DialectName;
	port: number;
	connections: number;
}

/** Opens idle connections, each in a room of its own. */
export async function holdConnections({ dialect, port, connections }: HoldJob, reach: Reach): Promise<void> {
	await forEachOf(connections, async (index) => {
		const socket = await DIALECTS[dialect].enter(port, `room-${index}`);
		socket.listen(() => undefined);
		socket.onClose(() => {
			throw new Error('the server ended a connection');
		});
	});
	await reach('connected');
}
