import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The number of parts of an IPv6 address, of eight, that name a network. Its owner chooses the other parts at will. */
const NETWORK_PARTS = 4;

/**
 * The address by which a client is counted: a whole IPv4 address, or the /64 network of an IPv6 address.
 * @param trustedHops the number of proxies in front of this server. Each has appended the address of its own client to
 * `X-Forwarded-For`; earlier entries come from the client and are ignored
 */
export function clientAddress({ headers, socket }: IncomingMessage, trustedHops: number): string {
	if (trustedHops === 0) return peerAddress(socket);
	const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
	// Without entries of the proxies, the remote side is the nearest proxy or a client that bypassed it.
	return networkOf(withoutPort(forwarded.at(-trustedHops)?.trim() ?? '')) ?? peerAddress(socket);
}

/** An IPv4 address with a port, an IPv6 address in brackets, or an IPv6 address with a zone, each perhaps in quotes. */
const WITH_PORT = /^"?(?:(\d+(?:\.\d+){3})(?::\d+)?|\[([\da-f:.]+)(?:%[^\]]*)?\](?::\d+)?|([\da-f:.]+)%[^"]*)"?$/i;

/** The address alone: some proxies (IIS, Azure) append the port, and some write brackets as in `Forwarded` (RFC 7239). */
function withoutPort(forwarded: string): string {
	const [, version4, inBrackets, withZone] = WITH_PORT.exec(forwarded) ?? [];
	return version4 ?? inBrackets ?? withZone ?? forwarded;
}

/** A cache: parsing an address costs as much as serving a small request, and a connection sends many. */
const peerAddresses = new WeakMap<Socket, string>();

/** The remote address of a TCP connection, in the form of `clientAddress`. */
export function peerAddress(socket: Socket): string {
	const known = peerAddresses.get(socket);
	if (known !== undefined) return known;
	const address = networkOf(socket.remoteAddress ?? '') ?? 'unknown';
	peerAddresses.set(socket, address);
	return address;
}

/**
 * The number of parts that name an IPv6 site. A provider gives one customer up to a /48, with 65,536 networks (RFC
 * 6177).
 */
const SITE_PARTS = 3;

/** The /48 site of an IPv6 network from `clientAddress`; undefined for an IPv4 address. */
export function siteOf(address: string): string | undefined {
	if (!address.endsWith('::/64')) return undefined;
	return `${address.split(':').slice(0, SITE_PARTS).join(':')}::/48`;
}

/** The network of an address; undefined for an invalid address. */
export function networkOf(address: string): string | undefined {
	if (!ipaddr.isValid(address)) return undefined;
	// An IPv6 socket reports an IPv4 client as `::ffff:192.0.2.1`.
	const parsed = ipaddr.process(address);
	if (parsed instanceof ipaddr.IPv4) return parsed.toString();
	const network = parsed.parts.slice(0, NETWORK_PARTS).map((part) => part.toString(16));
	return `${network.join(':')}::/64`;
}
