import { randomBytes } from 'node:crypto';

/** A name for a log that no other has. */
export function newEpoch(): string {
	return randomBytes(16).toString('base64url');
}
