import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { repeat, repeatTo, TEXT, type Dialect } from './dialect.ts';
import { enterRoot } from './socket-io.ts';

/** The events of the server of the blog. */
export const blog: Dialect = {
	async enter(port, room) {
		const socket = await enterRoot(port);
		if (room === undefined) return socket;
		socket.send(eventPacket('', ['joinRoom', room], 0));
		if ((await socket.untilHeard('430')) === undefined) throw new Error('the server ended a connection');
		return socket;
	},
	createSender(name, room) {
		if (room === undefined) return repeat(eventPacket('', ['eventFromClient', TEXT]));
		const mark = `${name}:`;
		return repeatTo(eventPacket('', ['messageToRoom', room, `${mark} ${TEXT}`]), mark);
	},
	deliveries: () => 1
};
