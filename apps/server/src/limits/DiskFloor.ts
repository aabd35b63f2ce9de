import type { Logger } from '../log.ts';
import type { Space } from '../store/store.ts';
import type { Grower } from './growth.ts';

/** The interval of the measurements, in milliseconds. A rejected client is asked to retry after this time. */
export const MEASURE_INTERVAL_MS = 10_000;

/** The shortest interval of the measurements that failures trigger, in milliseconds. */
const MIN_INTERVAL_MS = 1_000;

/** The share of the floor below which each grower is rejected. A further grower needs one row here. */
const SHARES: Readonly<Record<Grower, number>> = { guests: 1, messages: 0.5 };
// The record has exactly these keys.
const GROWERS = Object.keys(SHARES) as Grower[];

/** The factor by which the free space must exceed a crossed floor, so that the state does not flap. */
const MARGIN = 1.1;

const MB = 1024 * 1024;

export interface DiskFloorOptions {
	/** Bytes of free space below which guests are rejected. 0 disables the check. */
	minFreeBytes: number;
	/** @throws when the space cannot be measured now */
	measure: () => Promise<Space>;
	log: Logger;
}

/**
 * Measures the free disk space and decides which growers may enlarge the database. It measures in the background, never
 * during a request. While the space is unknown, all may.
 */
export class DiskFloor {
	readonly #options: DiskFloorOptions;
	readonly #closed = new Set<Grower>();
	readonly #timer: NodeJS.Timeout;
	#space: Space | undefined;
	#measuring: Promise<void> | undefined;
	#measuredAtMs = -Infinity;

	constructor(options: DiskFloorOptions) {
		this.#options = options;
		this.#timer = setInterval(() => void this.measure(), MEASURE_INTERVAL_MS).unref();
	}

	/** The last measurement; undefined before the first one. */
	get space(): Space | undefined {
		return this.#space;
	}

	/** Whether a grower may enlarge the database. */
	isOpenTo(grower: Grower): boolean {
		return !this.#closed.has(grower);
	}

	/** Measures the space. A failed measurement changes nothing. */
	measure(): Promise<void> {
		return (this.#measuring ??= this.#measure().finally(() => (this.#measuring = undefined)));
	}

	/** Measures soon, because a write has failed: the disk may be full. */
	suspect(): void {
		if (performance.now() - this.#measuredAtMs >= MIN_INTERVAL_MS) void this.measure();
	}

	/** Stops the measurements. */
	end(): void {
		clearInterval(this.#timer);
	}

	async #measure(): Promise<void> {
		const { measure, log } = this.#options;
		this.#measuredAtMs = performance.now();
		try {
			this.#space = await measure();
		} catch (error) {
			log.debug({ error: String(error) }, 'The free space cannot be measured now');
			return;
		}
		const { freeBytes } = this.#space;
		if (freeBytes !== undefined) for (const grower of GROWERS) this.#decide(grower, freeBytes);
	}

	#decide(grower: Grower, freeBytes: number): void {
		const { minFreeBytes, log } = this.#options;
		const floor = minFreeBytes * SHARES[grower];
		const wasOpen = this.isOpenTo(grower);
		const isOpen = freeBytes >= (wasOpen ? floor : floor * MARGIN);
		if (isOpen === wasOpen) return;
		const figures = { grower, freeMb: Math.floor(freeBytes / MB), floorMb: Math.floor(floor / MB) };
		if (isOpen) {
			this.#closed.delete(grower);
			log.info(figures, 'The disk has enough free space again');
		} else {
			this.#closed.add(grower);
			log.warn(figures, 'The disk is nearly full');
		}
	}
}
