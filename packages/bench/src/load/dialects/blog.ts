import { repeat, repeatTo, TEXT, type Dialect } from './dialect.ts';
import { enterRoot } from './socket-io.ts';

/** The events of the blog's server. */
export const blog: Dialect = {
	async enter(port, room) {
		const socket = await enterRoot(port);
		if (room !== undefined) await socket.ask(`420${JSON.stringify(['joinRoom', room])}`, '430');
		return socket;
	},
	createSender(name, room) {
		if (room === undefined) return repeat(`42${JSON.stringify(['eventFromClient', TEXT])}`);
		const mark = `${name}:`;
		return repeatTo(`42${JSON.stringify(['messageToRoom', room, `${mark} ${TEXT}`])}`, mark);
	},
	deliveries: () => 1
};
