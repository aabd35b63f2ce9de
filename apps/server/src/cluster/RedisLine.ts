import { Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import { TIMINGS, type Timings } from '../timings.ts';

const LAST_RETRY_MS = 1_000;

/**
 * Two connections to Redis, which may be away at any time: what is published then is lost, what is subscribed to is
 * subscribed to again. It carries hints alone. Redis is sent pings: a connection that was cut silently says nothing.
 */
export class RedisLine {
	readonly publisher: Redis;
	readonly subscriber: Redis;
	readonly #log: Logger;
	readonly #pingTimeoutMs: number;
	readonly #returned: (() => void)[] = [];
	readonly #pings: NodeJS.Timeout;
	#isUp = false;
	#isClosed = false;

	/** @param url `redis://…` or `rediss://…`; nobody has to answer there yet */
	constructor(url: string, log: Logger, timings: Timings = TIMINGS) {
		this.#log = log;
		this.#pingTimeoutMs = timings.redisPingTimeoutMs;
		const options = {
			maxRetriesPerRequest: null,
			retryStrategy: (times: number) => Math.min(50 * times, LAST_RETRY_MS)
		};
		// What cannot be sent now is not worth sending later.
		this.publisher = new Redis(url, { ...options, enableOfflineQueue: false, autoResendUnfulfilledCommands: false });
		this.subscriber = new Redis(url, options);
		this.publisher.on('error', ignore);
		this.subscriber.on('error', ignore);
		this.subscriber.on('ready', () => {
			this.#isUp = true;
			log.info('Redis is there');
			for (const tell of this.#returned) tell();
		});
		this.subscriber.on('close', () => {
			if (this.#isUp && !this.#isClosed) log.warn('Redis is away: news of other nodes come up to 2 s later');
			this.#isUp = false;
		});
		this.#pings = setInterval(() => {
			for (const redis of [this.publisher, this.subscriber]) if (redis.status === 'ready') void this.#ping(redis);
		}, timings.redisPingIntervalMs).unref();
	}

	/** Whether what others publish comes here. */
	get isUp(): boolean {
		return this.#isUp;
	}

	/** Calls back whenever Redis has come, at first and again: what was published meanwhile is lost. */
	onReturn(tell: () => void): void {
		this.#returned.push(tell);
	}

	/** Publishes, or does nothing: whatever arrives only says that one should look. */
	publish(channel: string, payload: string | Buffer): void {
		this.publisher.spublish(channel, payload).catch(ignore);
	}

	/** Hears of what is published in a channel, from now on or as soon as Redis is there. */
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
	// The line is away, which is said once, where it closes.
}
