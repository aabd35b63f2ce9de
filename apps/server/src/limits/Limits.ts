import { DELIVERY_BYTES, ECHO_RATE, READ_BYTES, SESSION_RATES, type Rate, type RequestKind } from '@digda/protocol';
import { siteOf } from '../http/client-address.ts';
import { AddressQueue } from './AddressQueue.ts';
import { SharedBuckets, sharedRate } from './SharedBuckets.ts';
import { TokenBuckets } from './TokenBuckets.ts';

/** What an address may do besides requests. A classroom that opens the chat together stays below. */
const CONNECT_RATE: Rate = { burst: 200, perSecond: 20 };
const NEW_SESSION_RATE: Rate = { burst: 100, perSecond: 0.5 };
const NEW_ROOM_RATE: Rate = { burst: 100, perSecond: 0.2 };

/** New guests of an IPv6 site: four times as many as of one of its addresses. */
const SITE_SESSION_RATE: Rate = { burst: 400, perSecond: 2 };

/** What is read at once as a rule. */
const USUAL_PAGE_BYTES = 32 * 1024;

/** A short text to a hundred connections. */
const USUAL_DELIVERY_BYTES = 128 * 1024;

/** What is limited for an address alone. */
export type AddressLimit = 'connect' | 'session' | 'room';

/**
 * How often what may be done. Every method takes its share and answers with 0, or takes nothing and answers with the
 * milliseconds after which it can be tried again.
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

	/** @param isOn otherwise everything may be done at any rate */
	constructor(isOn: boolean) {
		this.isOn = isOn;
	}

	/** A request of the chat. */
	request(kind: RequestKind, userId: string, address: string): number {
		return this.isOn ? this.#requests[kind].tryTake(userId, address) : 0;
	}

	/** A text for the echo. */
	echo(connectionId: string, address: string): number {
		return this.isOn ? this.#echo.tryTake(connectionId, address) : 0;
	}

	/**
	 * Does what needs the store, in the turn of its address; what reads takes the bytes of its answer, which nobody knows before.
	 * @param sizeOf the bytes of an answer; without it they do not count
	 * @param reject is called, and throws, when so much was read that it has to wait
	 */
	inTurn<Result>(
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

	/** Bytes that go out to others for a request. */
	deliver(userId: string, address: string, countBytes: () => number): number {
		return this.isOn ? this.#deliveryBytes.tryTake(userId, address, countBytes()) : 0;
	}

	/** A new connection, session or room from an address. */
	byAddress(what: AddressLimit, address: string): number {
		if (!this.isOn) return 0;
		const buckets = this.#addresses[what];
		// A guest costs nothing to make, and a site has 65,536 addresses.
		const site = what === 'session' ? siteOf(address) : undefined;
		const siteWaitMs = site === undefined ? 0 : this.#siteSessions.wait(site);
		const waitMs = Math.max(buckets.wait(address), siteWaitMs);
		if (waitMs > 0) return waitMs;
		buckets.take(address);
		if (site !== undefined) this.#siteSessions.take(site);
		return 0;
	}
}
