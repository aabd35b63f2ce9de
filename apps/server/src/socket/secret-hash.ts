import { createHash } from 'node:crypto';

/** What is stored of a secret, in hexadecimal digits. Secrets are random, so nobody can guess one back from a plain hash. */
export function hash(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}
