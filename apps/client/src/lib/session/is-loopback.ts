/** The names and addresses of the machine itself (RFC 6761, RFC 1122), in the normal form of a URL. */
const LOOPBACK = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])$/;

/** Tells whether a link points to the machine itself, so that other devices cannot open it. */
export function isLoopback(url: string): boolean {
	return LOOPBACK.test(new URL(url).hostname);
}
