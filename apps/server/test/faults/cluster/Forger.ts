import { Redis } from 'ioredis';
import { forgeAdapterMessages, forgeHints, type Forgery } from './forgeries.ts';

/** An attacker who can write to Redis, and publishes forged facts. */
export class Forger {
	readonly #redis: Redis;

	constructor(url: string) {
		this.#redis = new Redis(url, { enableOfflineQueue: false, retryStrategy: () => 100, maxRetriesPerRequest: 0 });
		// Redis may be down.
		this.#redis.on('error', () => undefined);
	}

	/** Publishes all forgeries about a room. @returns the number that reached a node */
	async forge(room: string): Promise<number> {
		const channels = await this.#channels();
		// All channels begin with the epoch of the log.
		const prefix = channels[0]?.replace(/nodes.*/, '') ?? '';
		return await this.publish([...forgeHints(room, prefix), ...forgeAdapterMessages(room, channels)]);
	}

	/** @returns the number that reached a node */
	async publish(forgeries: readonly Forgery[]): Promise<number> {
		const heard = await Promise.all(
			forgeries.map(({ channel, payload }) => this.#redis.spublish(channel, payload).catch(() => 0))
		);
		return heard.filter((nodes) => Number(nodes) > 0).length;
	}

	close(): void {
		this.#redis.disconnect();
	}

	/** The channels of the adapters, also those of single nodes. */
	async #channels(): Promise<string[]> {
		const channels = await this.#redis.pubsub('SHARDCHANNELS', 'digda:*:nodes*').catch(() => []);
		return channels.map(String);
	}
}
