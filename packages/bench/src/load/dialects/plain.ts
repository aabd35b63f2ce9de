import { randomUUID } from 'node:crypto';
import { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import { repeat, repeatTo, TEXT, type Dialect } from './dialect.ts';

/** The fields of a message in `entry:new` besides its text. */
const FIELDS = {
	...{ kind: 'message', seq: 1_000, said: 1_000, id: randomUUID(), text: '', sentAt: Date.now() },
	author: { id: randomUUID(), name: 'Guest 1234' }
};

/** Padding of the length of these fields, so that all servers send payloads of one size. */
const PADDING = ' '.repeat(JSON.stringify(FIELDS).length);

/** A WebSocket without a protocol on it. */
export const plain: Dialect = {
	enter: (port, room = '') => WebSocketLine.openAccepted(port, { path: `/${room}` }),
	createSender(name, room) {
		if (room === undefined) return repeat(TEXT);
		const mark = `${name}:`;
		return repeatTo(`${mark}${PADDING}${TEXT}`, mark);
	},
	deliveries: () => 1
};
