import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** The suffix of the file that records damage to a database. */
export const SUSPICION = '.damaged';

/**
 * Records damage that was found during use. The next start then checks the database thoroughly, even a large one, and
 * rejects it at once.
 * @param finding one line for the operator
 */
export function suspect(file: string, finding: string): void {
	try {
		writeFileSync(`${file}${SUSPICION}`, `${finding}\n`, { mode: 0o600 });
	} catch {
		// A failing disk may reject this file too. The damage is then found again after the next start.
	}
}

export function isSuspect(file: string): boolean {
	return existsSync(`${file}${SUSPICION}`);
}

/** Deletes the record after a thorough check without findings. */
export function clearSuspicion(file: string): void {
	rmSync(`${file}${SUSPICION}`, { force: true });
}
