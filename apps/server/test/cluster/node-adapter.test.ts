import { EventEmitter } from 'node:events';
import { Server } from 'socket.io';
import { expect, test } from 'vitest';
import { createNodeAdapter } from '../../src/cluster/node-adapter.ts';
import type { RedisClient } from '../../src/cluster/RedisClient.ts';
import { forgeAdapterMessages } from '../faults/cluster/forgeries.ts';

test('[NODE-3] a forged message on any channel of the adapters throws nothing', () => {
	const subscriber = new EventEmitter();
	const channels: string[] = [];
	// All that an adapter uses of the connection to Redis.
	const line = { subscriber, publish: () => undefined, subscribe: (channel: string) => channels.push(channel) };
	const io = new Server({ adapter: createNodeAdapter(line as unknown as RedisClient, 'epoch') });
	io.of('/chat');
	const ofChat = channels.filter((channel) => channel.startsWith('digda:epoch:nodes#/chat#'));
	expect(ofChat).toHaveLength(2);

	for (const { channel, payload } of forgeAdapterMessages('lobby', channels)) {
		expect(() => subscriber.emit('smessageBuffer', Buffer.from(channel), Buffer.from(payload))).not.toThrow();
	}
});
