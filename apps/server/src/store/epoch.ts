import { randomBytes } from 'node:crypto';

/** A new unique id of a log. */
export function newEpoch(): string {
	return randomBytes(16).toString('base64url');
}
