import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Namespace } from 'socket.io';
import { hearEventsAlone, type AdapterPublisher, type AdapterSubscriber } from '../socket/engine/internals.ts';
import { channelPrefix } from './channel-prefix.ts';
import { FACTS } from './facts.ts';
import type { RedisLine } from './RedisLine.ts';

type Adapter = Namespace['adapter'];

/**
 * Socket.IO's adapter over Redis, for what nodes tell each other with `serverSideEmit` alone. Whoever can write to Redis
 * could have any packet shown to anybody through the other messages of adapters, so those are not heard.
 * @param epoch of the store
 */
export function createNodeAdapter(line: RedisLine, epoch: string): (namespace: Namespace) => Adapter {
	// The adapter leaves the promises of its clients to nobody.
	const publisher: AdapterPublisher = {
		spublish: (channel, payload) => {
			line.publish(channel, payload);
			return Promise.resolve(0);
		}
	};
	const subscriber: AdapterSubscriber = {
		on: (event, listener) => line.subscriber.on(event, listener),
		ssubscribe: (channel) => line.subscribe(channel),
		sunsubscribe: (channels) => [channels].flat().forEach((channel) => line.unsubscribe(channel))
	};
	const create = createShardedAdapter(publisher, subscriber, {
		channelPrefix: `${channelPrefix(epoch)}nodes`,
		subscriptionMode: 'static'
	});

	// Socket.IO calls it with `new`.
	return function createAdapter(namespace) {
		const adapter: Adapter = create(namespace);
		// This server asks other nodes for no answer, and a malformed one would end the process.
		hearEventsAlone(adapter, (event) => Object.hasOwn(FACTS, event));
		return adapter;
	};
}
