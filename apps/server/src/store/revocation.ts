import type { Revocation } from './store.ts';

/** A revocation as both engines have it. */
export type RevocationRow = Revocation & { number: number };

/** @param after the number up to which they are known */
export function toRevocations(rows: readonly RevocationRow[], after: number) {
	return {
		upTo: rows.at(-1)?.number ?? after,
		// Which of the columns are null goes with the kind, as it was written.
		revocations: rows.map(({ kind, room, userId }) => ({ kind, room, userId }) as Revocation)
	};
}
