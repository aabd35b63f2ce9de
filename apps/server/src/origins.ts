import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a request may come from the origin that it names. One without an `Origin` may pass: it is no
 * browser's, or a `GET` of a page of this host, which gets no further without a `POST` that names its origin.
 */
export function isOriginAllowed({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
	if (origin === undefined) return true;
	return allowed.includes(origin) || isOwnOrigin(origin, host);
}

/**
 * Whether the page came from this very server. Only `localhost` and IP addresses count: a foreign page
 * can rebind a name of its own to this machine, and its `Origin` would then match its `Host`.
 */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
	const page = URL.parse(origin);
	if (page === null || host === undefined) return false;
	if (!['http:', 'https:'].includes(page.protocol) || !isAddress(page.hostname)) return false;
	// Parsed with the page's scheme, so that a default port may be written or left out.
	return page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}

/** Whether a host is this machine's own name or an address, which no foreign page can take for its own. */
export function isAddress(hostname: string): boolean {
	return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
