import { frame } from '@digda/testkit/raw/frames.ts';
import type { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';

/** A text of usual length. */
export const TEXT = '안녕하세요, 내일 세 시에 볼까요? See you then.';

/** Makes the messages of one connection, and recognises their answers. */
export interface Sender {
	/** The next message, as a frame. */
	next: () => Uint8Array;
	/** The number of its messages that a received text settles, in order. */
	settles: (payload: Buffer) => number;
}

/** The protocol of a server. */
export interface Dialect {
	/** Opens a connection that is ready to send: to the echo, or in a room. */
	enter: (port: number, room?: string) => Promise<WebSocketLine>;
	createSender: (name: string, room?: string) => Sender;
	/** The number of messages of a room in a received text. */
	deliveries: (payload: Buffer) => number;
}

/** Repeats one text. Any received text is an answer. */
export function repeat(text: string): Sender {
	const bytes = frame(text);
	return { next: () => bytes, settles: () => 1 };
}

/** Repeats one text to a room. Its own copy, recognised by a mark, settles it. */
export function repeatTo(text: string, mark: string): Sender {
	const bytes = frame(text);
	return { next: () => bytes, settles: (payload) => (payload.includes(mark) ? 1 : 0) };
}
