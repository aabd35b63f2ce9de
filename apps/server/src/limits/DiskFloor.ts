import type { Logger } from '../log.ts';
import type { Space } from '../store/store.ts';
import type { Grower } from './growth.ts';

/** How often the free space is measured, in milliseconds. A rejected client is told to come back after this time. */
export const MEASURE_INTERVAL_MS = 10_000;

/** After a failure the space is measured at once, but not more often than this, in milliseconds. */
const MIN_INTERVAL_MS = 1_000;

/** Each grower is rejected below this share of the floor. Another one takes one more row here. */
const SHARES: Readonly<Record<Grower, number>> = { guests: 1, messages: 0.5 };
// Every key of the record, as it says.
const GROWERS = Object.keys(SHARES) as Grower[];

/** A floor that was crossed is open again only with this much more, so that nothing flaps. */
const MARGIN = 1.1;

const MB = 1024 * 1024;

export interface DiskFloorOptions {
	/** Bytes of free space below which the first grower is rejected; 0 rejects nobody. */
	minFreeBytes: number;
	/** @throws when the space cannot be measured now */
	measure: () => Promise<Space>;
	log: Logger;
}

/**
 * Watches the free space of the disk and says who may still make the database grow. The space is measured in the
 * background, never while a request waits. Where it is unknown, everybody may.
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

	/** The space as it was last measured; undefined before the first time. */
	get space(): Space | undefined {
		return this.#space;
	}

	/** Whether this grower may make the database grow. */
	isOpenTo(grower: Grower): boolean {
		return !this.#closed.has(grower);
	}

	/** Measures once more; a measurement that fails leaves everything as it was. */
	measure(): Promise<void> {
		return (this.#measuring ??= this.#measure().finally(() => (this.#measuring = undefined)));
	}

	/** A write has failed: the disk may be full. */
	suspect(): void {
		if (performance.now() - this.#measuredAtMs >= MIN_INTERVAL_MS) void this.measure();
	}

	/** Measures no more. */
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
			log.info(figures, 'The disk has room again');
		} else {
			this.#closed.add(grower);
			log.warn(figures, 'The disk is nearly full');
		}
	}
}
