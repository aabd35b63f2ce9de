import { Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import { TIMINGS, type Timings } from '../timings.ts';

const LAST_RETRY_MS = 1_000;

/**
 * Two connections to Redis, which may be unavailable at any time. A publication during an outage is lost. Subscriptions
 * are restored on reconnection. Redis carries only hints and node events, which may be lost. Regular pings detect a
 * connection that was cut silently.
 */
export class RedisClient {
	readonly publisher: Redis;
	readonly subscriber: Redis;
	readonly #log: Logger;
	readonly #pingTimeoutMs: number;
	readonly #onConnect: (() => void)[] = [];
	readonly #pings: NodeJS.Timeout;
	#isConnected = false;
	#isClosed = false;

	/** @param url `redis://…` or `rediss://…`; Redis need not be available yet */
	constructor(url: string, log: Logger, timings: Timings = TIMINGS) {
		this.#log = log;
		this.#pingTimeoutMs = timings.redisPingTimeoutMs;
		const options = {
			maxRetriesPerRequest: null,
			retryStrategy: (times: number) => Math.min(50 * times, LAST_RETRY_MS)
		};
		// A late publication is useless, so nothing is queued.
		this.publisher = new Redis(url, { ...options, enableOfflineQueue: false, autoResendUnfulfilledCommands: false });
		this.subscriber = new Redis(url, options);
		this.publisher.on('error', ignore);
		this.subscriber.on('error', ignore);
		this.subscriber.on('ready', () => {
			this.#isConnected = true;
			log.info('Redis is connected');
			for (const listener of this.#onConnect) listener();
		});
		this.subscriber.on('close', () => {
			if (this.#isConnected && !this.#isClosed)
				log.warn('Redis is disconnected: entries of other nodes arrive up to 2 s later');
			this.#isConnected = false;
		});
		this.#pings = setInterval(() => {
			for (const redis of [this.publisher, this.subscriber]) if (redis.status === 'ready') void this.#ping(redis);
		}, timings.redisPingIntervalMs).unref();
	}

	/** Whether this node receives publications of others. */
	get isConnected(): boolean {
		return this.#isConnected;
	}

	/** Registers a listener for each connection, the first included: earlier publications are lost by then. */
	onConnect(listener: () => void): void {
		this.#onConnect.push(listener);
	}

	/** Publishes if connected; otherwise does nothing, because a message only asks the receiver to read the store. */
	publish(channel: string, payload: string | Buffer): void {
		this.publisher.spublish(channel, payload).catch(ignore);
	}

	/** Subscribes to a channel, as soon as Redis is connected. */
	subscribe(channel: string): void {
		this.subscriber.ssubscribe(channel).catch(ignore);
	}

	unsubscribe(channel: string): void {
		this.subscriber.sunsubscribe(channel).catch(ignore);
	}

	close(): void {
		this.#isClosed = true;
		clearInterval(this.#pings);
		this.publisher.disconnect();
		this.subscriber.disconnect();
	}

	async #ping(redis: Redis): Promise<void> {
		const late = setTimeout(() => {
			this.#log.debug('Redis does not answer');
			redis.disconnect(true);
		}, this.#pingTimeoutMs).unref();
		await redis.ping().catch(ignore);
		clearTimeout(late);
	}
}

function ignore(): void {
	// The `close` listener logs the outage once.
}
