import * as v from 'valibot';
import { channelPrefix } from './channel-prefix.ts';
import type { RedisLine } from './RedisLine.ts';

/** All that a hint says. Whoever hears it reads the log, and believes nothing but that. */
const Hint = v.strictObject({ room: v.string(), head: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });

/** Tells other nodes that a room has news, in a channel of its own for each room. */
export class Hints {
	readonly #line: RedisLine;
	readonly #prefix: string;

	/**
	 * @param epoch of the store
	 * @param onHint a room that is listened to may have messages up to a head, if that is true
	 */
	constructor(line: RedisLine, epoch: string, onHint: (room: string, head: number) => void) {
		this.#line = line;
		this.#prefix = `${channelPrefix(epoch)}room:`;
		line.subscriber.on('smessage', (channel: string, payload: string) => {
			if (!channel.startsWith(this.#prefix)) return;
			const hint = v.safeParse(Hint, parse(payload));
			if (hint.success && this.#channelOf(hint.output.room) === channel) onHint(hint.output.room, hint.output.head);
		});
	}

	publish(room: string, head: number): void {
		this.#line.publish(this.#channelOf(room), JSON.stringify({ room, head }));
	}

	listen(room: string): void {
		this.#line.subscribe(this.#channelOf(room));
	}

	ignore(room: string): void {
		this.#line.unsubscribe(this.#channelOf(room));
	}

	#channelOf(room: string): string {
		return this.#prefix + room;
	}
}

function parse(payload: string): unknown {
	try {
		return JSON.parse(payload);
	} catch {
		return undefined;
	}
}
