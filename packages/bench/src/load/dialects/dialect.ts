import { frame } from '@digda/testkit/raw/frames.ts';
import type { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';

/** About as long as what people write. */
export const TEXT = '안녕하세요, 내일 세 시에 볼까요? See you then.';

/** Makes what one connection sends, and finds what answers it. */
export interface Sender {
	/** The next message, as a frame. */
	next: () => Uint8Array;
	/** How many of its messages a text settles; they are settled in order. */
	settles: (payload: Buffer) => number;
}

/** How a server is spoken to. */
export interface Dialect {
	/** Opens a connection that is ready to send: to the echo, or in a room. */
	enter: (port: number, room?: string) => Promise<WebSocketLine>;
	createSender: (name: string, room?: string) => Sender;
	/** How many messages of a room a text brings. */
	deliveries: (payload: Buffer) => number;
}

/** Sends one text again and again; any text that is heard is the answer to one. */
export function repeat(text: string): Sender {
	const bytes = frame(text);
	return { next: () => bytes, settles: () => 1 };
}

/** Sends one text again and again to a room; settled by one's own copy, which is told by a mark. */
export function repeatTo(text: string, mark: string): Sender {
	const bytes = frame(text);
	return { next: () => bytes, settles: (payload) => (payload.includes(mark) ? 1 : 0) };
}
