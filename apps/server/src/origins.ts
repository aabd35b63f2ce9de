import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a request may come from its `Origin`. A request without one may pass. It comes from another program than a
 * browser, or is a `GET` from a page of this host. Such a page also needs a `POST`, which names its origin.
 */
export function isOriginAllowed({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
	if (origin === undefined) return true;
	return allowed.includes(origin) || isOwnOrigin(origin, host);
}

/**
 * Whether the page came from this server. Only `localhost` and IP addresses count: a foreign page can rebind its own
 * host name to this machine (DNS rebinding), and its `Origin` would then match its `Host`.
 */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
	const page = URL.parse(origin);
	if (page === null || host === undefined) return false;
	if (!['http:', 'https:'].includes(page.protocol) || !isAddress(page.hostname)) return false;
	// Parsed with the page's scheme, so that an explicit default port matches an omitted one.
	return page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}

/** Whether a host is `localhost` or an IP address, which a foreign page cannot rebind. */
export function isAddress(hostname: string): boolean {
	return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
