import { createHash, randomBytes } from 'node:crypto';

/** 128 random bits in base64url. */
export function randomSecret(): string {
	return randomBytes(16).toString('base64url');
}

/** The stored hash of a secret, in hexadecimal digits. Secrets are random, so a plain hash is safe. */
export function hash(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}
