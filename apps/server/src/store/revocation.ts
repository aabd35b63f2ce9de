import type { Revocation } from './store.ts';

/** The row of a revocation in both engines. */
export type RevocationRow = Revocation & { number: number };

/** Converts rows into revocations. @param after the last known number */
export function toRevocations(rows: readonly RevocationRow[], after: number) {
	return {
		upTo: rows.at(-1)?.number ?? after,
		// The kind determines which columns are null, as the rules write it.
		revocations: rows.map(({ kind, room, userId }) => ({ kind, room, userId }) as Revocation)
	};
}
