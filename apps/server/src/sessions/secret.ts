import { createHash, randomBytes } from 'node:crypto';

/** 128 random bits in base64url: nobody guesses one. */
export function randomSecret(): string {
	return randomBytes(16).toString('base64url');
}

/** What is stored of a secret, in hexadecimal digits. Secrets are random, so nobody can guess one back from a plain hash. */
export function hash(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}
