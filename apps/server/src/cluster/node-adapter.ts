import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Namespace } from 'socket.io';
import { receiveEventsOnly, type AdapterPublisher, type AdapterSubscriber } from '../socket/engine/internals.ts';
import { channelPrefix } from './channel-prefix.ts';
import { NODE_EVENTS } from './node-events.ts';
import type { RedisClient } from './RedisClient.ts';

type Adapter = Namespace['adapter'];

/**
 * Socket.IO's Redis adapter, restricted to `serverSideEmit`. Its other messages would let anybody with write access to
 * Redis send arbitrary packets to clients, so they are dropped.
 * @param epoch the epoch of the store
 */
export function createNodeAdapter(redis: RedisClient, epoch: string): (namespace: Namespace) => Adapter {
	// The adapter does not handle the promises of its clients.
	const publisher: AdapterPublisher = {
		spublish: (channel, payload) => {
			redis.publish(channel, payload);
			return Promise.resolve(0);
		}
	};
	const subscriber: AdapterSubscriber = {
		on: (event, listener) => redis.subscriber.on(event, listener),
		ssubscribe: (channel) => redis.subscribe(channel),
		sunsubscribe: (channels) => [channels].flat().forEach((channel) => redis.unsubscribe(channel))
	};
	const create = createShardedAdapter(publisher, subscriber, {
		channelPrefix: `${channelPrefix(epoch)}nodes`,
		subscriptionMode: 'static'
	});

	// Socket.IO calls it with `new`.
	return function createAdapter(namespace) {
		const adapter: Adapter = create(namespace);
		// This server never requests answers from other nodes, and a malformed answer would end the process.
		receiveEventsOnly(adapter, (event) => Object.hasOwn(NODE_EVENTS, event));
		return adapter;
	};
}
