import type { User } from '@digda/protocol';
import type { Metrics } from '../metrics.ts';
import { RejectionError } from '../rejection.ts';
import { StoreUnavailable } from '../store/store.ts';
import { MEASURE_INTERVAL_MS, type DiskFloor } from './DiskFloor.ts';
import { GROWTH, type Growth, type Stored } from './growth.ts';
import type { Payers, StorageQuota } from './StorageQuota.ts';

/** Who asks; a new guest is nobody yet. */
interface Asker {
	user?: User;
	address: string;
}

interface Storing<Result> {
	stored?: Stored;
	/** The room that pays, too. */
	room?: string | undefined;
	/** Whether the store has grown, where it may have not. */
	isNew?: (result: Result) => boolean;
}

const always = () => true;

/** The one way to make the database grow: as far as the disk and the quotas go. */
export class StorageLimits {
	readonly #floor: Pick<DiskFloor, 'isOpenTo' | 'suspect'>;
	readonly #quota: StorageQuota | undefined;
	readonly #metrics: Pick<Metrics, 'storageRejected'>;

	/** @param quota without one there is the floor alone */
	constructor(
		floor: Pick<DiskFloor, 'isOpenTo' | 'suspect'>,
		quota: StorageQuota | undefined,
		metrics: Pick<Metrics, 'storageRejected'>
	) {
		this.#floor = floor;
		this.#quota = quota;
		this.#metrics = metrics;
	}

	/**
	 * Runs what stores something, and counts its bytes. What was not stored, or was stored before, costs nothing.
	 * @param run begins before this returns
	 * @throws {RejectionError} it may not be stored now; `run` was not called
	 */
	async store<Result>(
		request: keyof typeof GROWTH,
		asker: Asker,
		run: () => Promise<Result>,
		{ stored = {}, room, isNew = always }: Storing<Result> = {}
	): Promise<Result> {
		const growth: Growth | undefined = GROWTH[request];
		if (!growth) return await run();
		const payers = { person: asker.user?.id, address: asker.address, room };
		const bytes = Math.ceil(growth.bytes(stored));
		this.#admit(growth, payers, bytes);
		let hasGrown = false;
		try {
			const result = await run();
			hasGrown = isNew(result);
			return result;
		} catch (error) {
			if (error instanceof StoreUnavailable || (error instanceof RejectionError && error.code === 'unavailable')) {
				this.#floor.suspect();
			}
			throw error;
		} finally {
			if (!hasGrown) this.#quota?.giveBack(payers, bytes);
		}
	}

	/** Takes the bytes. @throws {RejectionError} */
	#admit({ grower, rejectedWith }: Growth, payers: Payers, bytes: number): void {
		if (!this.#floor.isOpenTo(grower)) {
			this.#metrics.storageRejected('disk');
			throw new RejectionError('unavailable', 'the disk of the server is nearly full', MEASURE_INTERVAL_MS);
		}
		const shortage = this.#quota?.shortage(payers, bytes);
		if (shortage) {
			const { payer, waitMs } = shortage;
			this.#metrics.storageRejected(payer);
			// Other rooms have shares of their own.
			const code = payer === 'room' ? 'unavailable' : rejectedWith;
			throw new RejectionError(code, `the ${payer} has stored as much as it may for now`, Math.ceil(waitMs));
		}
		this.#quota?.take(payers, bytes);
	}
}
