import * as v from 'valibot';
import type { Boundary } from '../Boundary.ts';
import type { Followers } from '../messages/Followers.ts';
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
	 * @param followers their rooms are listened to
	 */
	constructor(line: RedisLine, epoch: string, followers: Pick<Followers, 'hint' | 'onChange'>, boundary: Boundary) {
		this.#line = line;
		this.#prefix = `${channelPrefix(epoch)}room:`;
		followers.onChange((room, isFollowed) => {
			if (isFollowed) line.subscribe(this.#channelOf(room));
			else line.unsubscribe(this.#channelOf(room));
		});
		const hear = boundary.guard((room: string, head: number) => followers.hint(room, head));
		line.subscriber.on('smessage', (channel: string, payload: string) => {
			if (!channel.startsWith(this.#prefix)) return;
			const hint = v.safeParse(Hint, parse(payload));
			if (hint.success && this.#channelOf(hint.output.room) === channel) hear(hint.output.room, hint.output.head);
		});
	}

	publish(room: string, head: number): void {
		this.#line.publish(this.#channelOf(room), JSON.stringify({ room, head }));
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
