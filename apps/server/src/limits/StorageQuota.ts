import { siteOf } from '../http/client-address.ts';
import { TokenBuckets } from './TokenBuckets.ts';

const MB = 1024 * 1024;
const SECONDS_PER_DAY = 86_400;

/** The owner of a quota. */
export type Payer = 'person' | 'address' | 'site' | 'room';

/** Bytes per day. */
export type StoragePerDay = Readonly<Record<Payer, number>>;

/**
 * The daily quotas, usable at once or gradually. An address has ten times the quota of a person, so that a classroom
 * behind one address can chat. An IPv6 site has 65,536 addresses and four times the quota of one. This is less than a
 * room's quota, so that one network cannot use up the quota of a room.
 */
export const STORAGE_PER_DAY: StoragePerDay = {
	person: 16 * MB,
	address: 160 * MB,
	site: 640 * MB,
	room: 1_024 * MB
};

/** The quotas that pay. Without a person or a room, that quota does not apply. */
export interface Payers {
	person?: string | undefined;
	address: string;
	room?: string | undefined;
}

/** A quota that is used up. */
export interface Shortage {
	payer: Payer;
	/** The time after which a retry can succeed. */
	waitMs: number;
}

const PAYERS: readonly Payer[] = ['person', 'address', 'site', 'room'];

/**
 * The remaining bytes of each quota, as token buckets that fill within a day. They exist in the memory of this node and
 * are full after a start. Within the first 24 hours each payer can therefore store twice its quota.
 */
export class StorageQuota {
	readonly #buckets: Record<Payer, TokenBuckets>;

	/** @param now a clock that only goes forward, in milliseconds */
	constructor(perDay: StoragePerDay = STORAGE_PER_DAY, now?: () => number) {
		const create = (payer: Payer) =>
			new TokenBuckets({ burst: perDay[payer], perSecond: perDay[payer] / SECONDS_PER_DAY }, now);
		this.#buckets = {
			person: create('person'),
			address: create('address'),
			site: create('site'),
			room: create('room')
		};
	}

	/** The number of buckets that are not full. */
	get size(): number {
		return PAYERS.reduce((sum, payer) => sum + this.#buckets[payer].size, 0);
	}

	/** The first quota without enough bytes, the sender's before the room's; undefined if all suffice. */
	shortage(payers: Payers, bytes: number): Shortage | undefined {
		for (const [payer, key] of keysOf(payers)) {
			const waitMs = this.#buckets[payer].wait(key, bytes);
			if (waitMs > 0) return { payer, waitMs };
		}
		return undefined;
	}

	/** Takes bytes from every payer. */
	take(payers: Payers, bytes: number): void {
		for (const [payer, key] of keysOf(payers)) this.#buckets[payer].take(key, bytes);
	}

	/** Returns bytes that were taken but not stored. */
	giveBack(payers: Payers, bytes: number): void {
		for (const [payer, key] of keysOf(payers)) this.#buckets[payer].giveBack(key, bytes);
	}
}

function keysOf({ person, address, room }: Payers): [Payer, string][] {
	const keys = { person, address, site: siteOf(address), room };
	return PAYERS.flatMap((payer) => {
		const key = keys[payer];
		return key === undefined ? [] : [[payer, key]];
	});
}
