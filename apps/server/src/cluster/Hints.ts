import * as v from 'valibot';
import type { Boundary } from '../Boundary.ts';
import type { Followers } from '../messages/Followers.ts';
import { channelPrefix } from './channel-prefix.ts';
import type { RedisClient } from './RedisClient.ts';

/** The whole content of a hint. The receiver reads the log and trusts only that. */
const Hint = v.strictObject({ room: v.string(), head: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });

/** Exchanges hints with other nodes: "room R has reached `seq` N". Each room has its own channel. */
export class Hints {
	readonly #redis: RedisClient;
	readonly #prefix: string;

	/**
	 * @param epoch the epoch of the store
	 * @param followers this node subscribes to the channels of their rooms
	 */
	constructor(redis: RedisClient, epoch: string, followers: Pick<Followers, 'hint' | 'onChange'>, boundary: Boundary) {
		this.#redis = redis;
		this.#prefix = `${channelPrefix(epoch)}room:`;
		followers.onChange((room, isFollowed) => {
			if (isFollowed) redis.subscribe(this.#channelOf(room));
			else redis.unsubscribe(this.#channelOf(room));
		});
		const receive = boundary.guard((room: string, head: number) => followers.hint(room, head));
		redis.subscriber.on('smessage', (channel: string, payload: string) => {
			if (!channel.startsWith(this.#prefix)) return;
			const hint = v.safeParse(Hint, parse(payload));
			if (hint.success && this.#channelOf(hint.output.room) === channel) receive(hint.output.room, hint.output.head);
		});
	}

	publish(room: string, head: number): void {
		this.#redis.publish(this.#channelOf(room), JSON.stringify({ room, head }));
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
