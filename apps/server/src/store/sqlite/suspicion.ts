import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** How the name ends of the file that says that a database was found to be damaged. */
export const SUSPICION = '.damaged';

/**
 * Notes that a database was found to be damaged while it was used: the next start checks all of it, however large, and
 * so rejects it at once instead of finding out again.
 * @param finding one line for the person who runs the server
 */
export function suspect(file: string, finding: string): void {
	try {
		writeFileSync(`${file}${SUSPICION}`, `${finding}\n`, { mode: 0o600 });
	} catch {
		// The disk that damages a file may reject another one; then the next start finds out again.
	}
}

export function isSuspect(file: string): boolean {
	return existsSync(`${file}${SUSPICION}`);
}

/** Forgets it, as a thorough check has found nothing. */
export function suspectNoMore(file: string): void {
	rmSync(`${file}${SUSPICION}`, { force: true });
}
