import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Namespace } from 'socket.io';
import { channelPrefix } from './channel-prefix.ts';
import { FACTS } from './facts.ts';
import type { RedisLine } from './RedisLine.ts';

/** The type of a message between adapters that carries what `serverSideEmit` was given. */
const SERVER_SIDE_EMIT = 9;

type Adapter = Namespace['adapter'];

/** What of the adapter is used here. */
interface Hearing {
	onResponse: () => void;
	onMessage: (message: { type?: unknown; data?: { requestId?: unknown; packet?: unknown } } | null) => void;
}

/**
 * Socket.IO's adapter over Redis, for what nodes tell each other with `serverSideEmit` alone. Whoever can write to Redis
 * could have any packet shown to anybody through the other messages of adapters, so those are not heard.
 * @param epoch of the store
 */
export function createNodeAdapter(line: RedisLine, epoch: string): (namespace: Namespace) => Adapter {
	// The adapter leaves the promises of its clients to nobody.
	const publisher = {
		spublish: (channel: string, payload: string | Buffer) => {
			line.publish(channel, payload);
			return Promise.resolve(0);
		}
	};
	const subscriber = {
		on: (event: string, listener: (...args: never[]) => void) => line.subscriber.on(event, listener as never),
		ssubscribe: (channel: string) => line.subscribe(channel),
		sunsubscribe: (channels: string | string[]) => [channels].flat().forEach((channel) => line.unsubscribe(channel))
	};
	const create = createShardedAdapter(publisher, subscriber, {
		channelPrefix: `${channelPrefix(epoch)}nodes`,
		subscriptionMode: 'static'
	});

	// Socket.IO calls it with `new`.
	return function createAdapter(namespace) {
		const adapter: Adapter = create(namespace);
		// They are protected there, and the two places through which everything comes.
		const hearing = adapter as unknown as Hearing;
		const hear = hearing.onMessage.bind(adapter);
		hearing.onMessage = (message) => {
			const isFact =
				message?.type === SERVER_SIDE_EMIT &&
				message.data?.requestId === undefined &&
				Array.isArray(message.data?.packet) &&
				Object.hasOwn(FACTS, String(message.data.packet[0]));
			if (isFact) hear(message);
		};
		// Nothing is asked for here, and a malformed answer would end the process.
		hearing.onResponse = () => undefined;
		return adapter;
	};
}
