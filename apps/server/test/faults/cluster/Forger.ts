import { Redis } from 'ioredis';
import { forgeAdapterMessages, forgeHints, type Forgery } from './forgeries.ts';

/** Somebody who can write to Redis, and publishes what nobody has said. */
export class Forger {
	readonly #redis: Redis;

	constructor(url: string) {
		this.#redis = new Redis(url, { enableOfflineQueue: false, retryStrategy: () => 100, maxRetriesPerRequest: 0 });
		// Redis may be away.
		this.#redis.on('error', () => undefined);
	}

	/** Publishes everything that can be forged about a room. @returns how much of it somebody heard */
	async forge(room: string): Promise<number> {
		const channels = await this.#channels();
		// All begin with the name of the log.
		const prefix = channels[0]?.replace(/nodes.*/, '') ?? '';
		return await this.publish([...forgeHints(room, prefix), ...forgeAdapterMessages(room, channels)]);
	}

	/** @returns how many of them somebody heard */
	async publish(forgeries: readonly Forgery[]): Promise<number> {
		const heard = await Promise.all(
			forgeries.map(({ channel, payload }) => this.#redis.spublish(channel, payload).catch(() => 0))
		);
		return heard.filter((nodes) => Number(nodes) > 0).length;
	}

	close(): void {
		this.#redis.disconnect();
	}

	/** Those of the adapters, also those in which one node alone hears. */
	async #channels(): Promise<string[]> {
		const channels = await this.#redis.pubsub('SHARDCHANNELS', 'digda:*:nodes*').catch(() => []);
		return channels.map(String);
	}
}
