import { createHash } from 'node:crypto';
import type { Row } from './tables.ts';

/** What stands between two values, between two rows, and for no value: control characters, which no text holds. */
export const UNIT = '\u001f';
export const RECORD = '\u001e';
export const NOTHING = '\u001a';

/** A count of rows and a hash over all that they hold, in order; two databases have the same only for the same rows. */
export interface Fingerprint {
	count: number;
	hash: string;
}

/** The fingerprint of rows, as `spanFingerprint` has PostgreSQL make it. */
export function fingerprint(rows: readonly Row[]): Fingerprint {
	const records = rows.map((row) =>
		Object.values(row)
			.map((value) => value ?? NOTHING)
			.join(UNIT)
	);
	return { count: rows.length, hash: createHash('sha256').update(records.join(RECORD)).digest('hex') };
}

export function isSame(one: Fingerprint, other: Fingerprint): boolean {
	return one.count === other.count && one.hash === other.hash;
}
