/**
 * A UUID of version 7 (RFC 9562): a time and 74 random bits, so that entries of one time lie together in the server's indexes.
 * `crypto.randomUUID` makes version 4, and is missing on a page without a secure context.
 */
export function createId(now = Date.now()): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	const time = now.toString(16).padStart(12, '0');
	const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
	// The variant is the two bits 10.
	const variant = '89ab'.charAt((bytes[0] ?? 0) % 4);
	return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(2, 5)}-${variant}${random.slice(5, 8)}-${random.slice(8, 20)}`;
}
