/** Names and addresses of the machine itself (RFC 6761, RFC 1122), as a parsed URL spells them. */
const LOOPBACK = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])$/;

/** Whether a link leads to the machine itself, so that it opens nowhere else. */
export function isLoopback(url: string): boolean {
	return LOOPBACK.test(new URL(url).hostname);
}
