import { randomUUID } from 'node:crypto';
import { frame } from '@digda/testkit/raw/frames.ts';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { RawChat } from '@digda/testkit/raw/RawChat.ts';
import { repeat, TEXT, type Dialect, type Sender } from './dialect.ts';
import { enterRoot } from './socket-io.ts';

/** A part of each entry in a packet of the server. */
const KIND = Buffer.from('"kind":');

/** The second byte of a packet of Socket.IO: an event, or the acknowledgement of one. */
const [EVENT, ACK] = [0x32, 0x33];

/** The protocol of this project: the echo, and durable messages in rooms, each under an id of its own. */
export const digda: Dialect = {
	async enter(port, room) {
		if (room === undefined) return await enterRoot(port);
		const chat = await RawChat.open(port);
		await chat.ask('room:join', { room });
		return chat.socket;
	},
	createSender: (_name, room) =>
		room === undefined ? repeat(eventPacket('', ['eventFromClient', TEXT])) : sendTo(room),
	deliveries(payload) {
		if (payload[1] !== EVENT || !payload.includes('"entry:new"')) return 0;
		let count = 0;
		for (let at = payload.indexOf(KIND); at >= 0; at = payload.indexOf(KIND, at + KIND.length)) count += 1;
		return count;
	}
};

/** The acknowledgement settles a message: it comes when the message is on disk. */
function sendTo(room: string): Sender {
	const id = randomUUID();
	const first = frame(eventPacket('/chat', ['message:send', { room, id, text: TEXT }], 1));
	const start = first.indexOf(id);
	let sent = 0;
	return {
		next() {
			const own = Buffer.from(first);
			// The id begins with the time, as a UUID of version 7 from a client.
			const time = Date.now().toString(16).padStart(12, '0');
			own.write(`${time.slice(0, 8)}-${time.slice(8)}-7`, start, 'latin1');
			own.write((sent += 1).toString(16).padStart(12, '0'), start + id.length - 12, 'latin1');
			return own;
		},
		settles(payload) {
			if (payload[1] !== ACK) return 0;
			if (payload.includes('"ok":false')) throw new Error(payload.toString());
			return 1;
		}
	};
}
