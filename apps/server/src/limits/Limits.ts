import { DELIVERY_BYTES, ECHO_RATE, READ_BYTES, SESSION_RATES, type Rate, type RequestKind } from '@digda/protocol';
import { siteOf } from '../http/client-address.ts';
import { AddressQueue } from './AddressQueue.ts';
import { SharedBuckets, sharedRate } from './SharedBuckets.ts';
import { TokenBuckets } from './TokenBuckets.ts';

/** The rates of an address in addition to requests. A classroom that opens the chat together stays below. */
const CONNECT_RATE: Rate = { burst: 200, perSecond: 20 };
const NEW_SESSION_RATE: Rate = { burst: 100, perSecond: 0.5 };
const NEW_ROOM_RATE: Rate = { burst: 100, perSecond: 0.2 };

/** New guests of an IPv6 site: four times the rate of one address. */
const SITE_SESSION_RATE: Rate = { burst: 400, perSecond: 2 };

/** The usual size of a reading request's answer. */
const USUAL_PAGE_BYTES = 32 * 1024;

/** The usual size of a delivery: a short text to a hundred connections. */
const USUAL_DELIVERY_BYTES = 128 * 1024;

/** Actions that are limited per address only. */
export type AddressLimit = 'connect' | 'session' | 'room';

/**
 * All rate limits. Each method takes its share and returns 0, or takes nothing and returns the milliseconds until a
 * retry can succeed.
 */
export class Limits {
	readonly isOn: boolean;
	readonly #requests: Record<RequestKind, SharedBuckets> = {
		send: new SharedBuckets(sharedRate(SESSION_RATES.send)),
		react: new SharedBuckets(sharedRate(SESSION_RATES.react)),
		ask: new SharedBuckets(sharedRate(SESSION_RATES.ask))
	};
	readonly #echo = new SharedBuckets(sharedRate(ECHO_RATE));
	readonly #readBytes = new SharedBuckets(READ_BYTES, USUAL_PAGE_BYTES);
	readonly #deliveryBytes = new SharedBuckets(DELIVERY_BYTES, USUAL_DELIVERY_BYTES);
	readonly #queue = new AddressQueue();
	readonly #addresses: Record<AddressLimit, TokenBuckets> = {
		connect: new TokenBuckets(CONNECT_RATE),
		session: new TokenBuckets(NEW_SESSION_RATE),
		room: new TokenBuckets(NEW_ROOM_RATE)
	};

	readonly #siteSessions = new TokenBuckets(SITE_SESSION_RATE);

	/** @param isOn false disables all limits */
	constructor(isOn: boolean) {
		this.isOn = isOn;
	}

	/** Counts a request of the chat. */
	request(kind: RequestKind, userId: string, address: string): number {
		return this.isOn ? this.#requests[kind].tryTake(userId, address) : 0;
	}

	/** Counts a text for the echo. */
	echo(connectionId: string, address: string): number {
		return this.isOn ? this.#echo.tryTake(connectionId, address) : 0;
	}

	/**
	 * Runs work that needs the store in the queue of its address. Reading work pays the bytes of its answer afterwards,
	 * because the size is unknown before.
	 * @param reading `sizeOf` returns the bytes of an answer; `reject` is called, and throws, while earlier reads
	 * exceed the rate
	 */
	queued<Result>(
		userId: string,
		address: string,
		work: () => Result | Promise<Result>,
		reading?: { sizeOf: (result: Result) => number; reject: (waitMs: number) => never }
	): Result | Promise<Result> {
		if (!this.isOn) return work();
		return this.#queue.run(address, async () => {
			if (!reading) return await work();
			const waitMs = this.#readBytes.wait(userId, address);
			if (waitMs > 0) reading.reject(waitMs);
			const result = await work();
			this.#readBytes.take(userId, address, reading.sizeOf(result));
			return result;
		});
	}

	/** Counts the bytes that a request broadcasts. */
	deliver(userId: string, address: string, countBytes: () => number): number {
		return this.isOn ? this.#deliveryBytes.tryTake(userId, address, countBytes()) : 0;
	}

	/** Counts a new connection, session or room from an address. */
	byAddress(what: AddressLimit, address: string): number {
		if (!this.isOn) return 0;
		const buckets = this.#addresses[what];
		// Guests are free to create, and a site has 65,536 addresses.
		const site = what === 'session' ? siteOf(address) : undefined;
		const siteWaitMs = site === undefined ? 0 : this.#siteSessions.wait(site);
		const waitMs = Math.max(buckets.wait(address), siteWaitMs);
		if (waitMs > 0) return waitMs;
		buckets.take(address);
		if (site !== undefined) this.#siteSessions.take(site);
		return 0;
	}
}
