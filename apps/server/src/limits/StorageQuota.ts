import { siteOf } from '../http/client-address.ts';
import { TokenBuckets } from './TokenBuckets.ts';

const MB = 1024 * 1024;
const SECONDS_PER_DAY = 86_400;

/** Whose share of the database something takes. */
export type Payer = 'person' | 'address' | 'site' | 'room';

/** Bytes per day. */
export type StoragePerDay = Readonly<Record<Payer, number>>;

/**
 * What each may add to the database per day, at once or bit by bit. An address has ten times the share of a person, so
 * that a classroom behind one address can chat; an IPv6 site, which has 65,536 addresses, four times that of an address:
 * less than a room, so that one network alone does not use up the share of a room.
 */
export const STORAGE_PER_DAY: StoragePerDay = {
	person: 16 * MB,
	address: 160 * MB,
	site: 640 * MB,
	room: 1_024 * MB
};

/** Who pays for something: without a person it is paid by the address, without a room by none. */
export interface Payers {
	person?: string | undefined;
	address: string;
	room?: string | undefined;
}

/** Why something is not stored now. */
export interface Shortage {
	payer: Payer;
	/** After so many milliseconds it has a chance. */
	waitMs: number;
}

const PAYERS: readonly Payer[] = ['person', 'address', 'site', 'room'];

/**
 * How many bytes each may still store: token buckets that fill within a day. They are in memory, of this node alone and
 * full after a start. So within the first 24 hours each may store twice its share.
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

	/** How many buckets are not full. */
	get size(): number {
		return PAYERS.reduce((sum, payer) => sum + this.#buckets[payer].size, 0);
	}

	/** The first payer who lacks so many bytes: the sender before the room. Undefined when nobody does. */
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

	/** Gives back what was taken and then not stored. */
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
