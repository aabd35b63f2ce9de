import * as v from 'valibot';
import type { RedisLine } from './RedisLine.ts';

const PREFIX = 'digda:room:';

/** All that a hint says. Whoever hears it reads the log, and believes nothing but that. */
const Hint = v.strictObject({ room: v.string(), head: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });

/** Tells other nodes that a room has news, in a channel of its own for each room. */
export class Hints {
	readonly #line: RedisLine;

	/** @param onHint a room that is listened to may have messages up to a head, if that is true */
	constructor(line: RedisLine, onHint: (room: string, head: number) => void) {
		this.#line = line;
		line.subscriber.on('smessage', (channel: string, payload: string) => {
			if (!channel.startsWith(PREFIX)) return;
			const hint = v.safeParse(Hint, parse(payload));
			if (hint.success && channelOf(hint.output.room) === channel) onHint(hint.output.room, hint.output.head);
		});
	}

	publish(room: string, head: number): void {
		this.#line.publish(channelOf(room), JSON.stringify({ room, head }));
	}

	listen(room: string): void {
		this.#line.subscribe(channelOf(room));
	}

	ignore(room: string): void {
		this.#line.unsubscribe(channelOf(room));
	}
}

function channelOf(room: string): string {
	return PREFIX + room;
}

function parse(payload: string): unknown {
	try {
		return JSON.parse(payload);
	} catch {
		return undefined;
	}
}
