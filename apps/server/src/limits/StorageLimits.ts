import type { User } from '@digda/protocol';
import type { Metrics } from '../metrics.ts';
import { RejectionError } from '../rejection.ts';
import { StoreUnavailable } from '../store/store.ts';
import { MEASURE_INTERVAL_MS, type DiskFloor } from './DiskFloor.ts';
import { GROWTH, type Growth, type Stored } from './growth.ts';
import type { Payers, StorageQuota } from './StorageQuota.ts';

/** The requester; a new guest has no user yet. */
interface Requester {
	user?: User;
	address: string;
}

interface Storing<Result> {
	stored?: Stored;
	/** The room whose quota also pays. */
	room?: string | undefined;
	/** Whether the result made the store grow; by default always. */
	isNew?: (result: Result) => boolean;
}

const always = () => true;

/** Guards every growth of the database by the disk floor and the storage quotas. */
export class StorageLimits {
	readonly #floor: Pick<DiskFloor, 'isOpenTo' | 'suspect'>;
	readonly #quota: StorageQuota | undefined;
	readonly #metrics: Pick<Metrics, 'storageRejected'>;

	/** @param quota undefined leaves the floor alone */
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
	 * Runs a storing operation and counts its bytes. An operation that stores nothing new costs nothing.
	 * @param run begins before this returns
	 * @throws {RejectionError} the limits forbid it; `run` was not called
	 */
	async store<Result>(
		request: keyof typeof GROWTH,
		requester: Requester,
		run: () => Promise<Result>,
		{ stored = {}, room, isNew = always }: Storing<Result> = {}
	): Promise<Result> {
		const growth: Growth | undefined = GROWTH[request];
		if (!growth) return await run();
		const payers = { person: requester.user?.id, address: requester.address, room };
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

	/** Takes the bytes from the quotas. @throws {RejectionError} */
	#admit({ grower, rejectedWith }: Growth, payers: Payers, bytes: number): void {
		if (!this.#floor.isOpenTo(grower)) {
			this.#metrics.storageRejected('disk');
			throw new RejectionError('unavailable', 'the disk of the server is nearly full', MEASURE_INTERVAL_MS);
		}
		const shortage = this.#quota?.shortage(payers, bytes);
		if (shortage) {
			const { payer, waitMs } = shortage;
			this.#metrics.storageRejected(payer);
			// Other rooms have their own quotas, so the client need not hold back other requests.
			const code = payer === 'room' ? 'unavailable' : rejectedWith;
			throw new RejectionError(code, `the storage quota of the ${payer} is used up for now`, Math.ceil(waitMs));
		}
		this.#quota?.take(payers, bytes);
	}
}
