import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';

/** How many of the eight parts of an IPv6 address name a network; the rest its owner chooses at will. */
const NETWORK_PARTS = 4;

/**
 * The address by which a client is counted: IPv4 whole, IPv6 by its /64 network.
 * @param trustedHops how many proxies stand before this server, each of which has appended the address that it saw to
 * `X-Forwarded-For`; what is before those was written by the client and means nothing
 */
export function clientAddress({ headers, socket }: IncomingMessage, trustedHops: number): string {
	if (trustedHops === 0) return peerAddress(socket);
	const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
	// Not sent by the proxies: then it is the nearest one, or somebody who went around them.
	return networkOf(withoutPort(forwarded.at(-trustedHops)?.trim() ?? '')) ?? peerAddress(socket);
}

/** An IPv4 address with a port, an IPv6 address in brackets, or an IPv6 address with a zone, each perhaps in quotes. */
const WITH_PORT = /^"?(?:(\d+(?:\.\d+){3})(?::\d+)?|\[([\da-f:.]+)(?:%[^\]]*)?\](?::\d+)?|([\da-f:.]+)%[^"]*)"?$/i;

/** The address alone: some proxies (IIS, Azure) append the port, and some write brackets as in `Forwarded` (RFC 7239). */
function withoutPort(forwarded: string): string {
	const [, version4, inBrackets, withZone] = WITH_PORT.exec(forwarded) ?? [];
	return version4 ?? inBrackets ?? withZone ?? forwarded;
}

/** Parsing an address costs as much as serving a small request, and a connection makes many. */
const peerAddresses = new WeakMap<Socket, string>();

/** The address of the other side of a connection, in the same form. */
export function peerAddress(socket: Socket): string {
	const known = peerAddresses.get(socket);
	if (known !== undefined) return known;
	const address = networkOf(socket.remoteAddress ?? '') ?? 'unknown';
	peerAddresses.set(socket, address);
	return address;
}

/** How many parts name an IPv6 site: a provider gives one customer up to a /48, with 65,536 networks (RFC 6177). */
const SITE_PARTS = 3;

/** The /48 site of an IPv6 network, as `clientAddress` names that; undefined for any other address. */
export function siteOf(address: string): string | undefined {
	if (!address.endsWith('::/64')) return undefined;
	return `${address.split(':').slice(0, SITE_PARTS).join(':')}::/48`;
}

/** The network to which an address belongs; undefined when it is none. */
export function networkOf(address: string): string | undefined {
	if (!ipaddr.isValid(address)) return undefined;
	// An IPv4 client of an IPv6 socket comes as `::ffff:192.0.2.1`.
	const parsed = ipaddr.process(address);
	if (parsed instanceof ipaddr.IPv4) return parsed.toString();
	const network = parsed.parts.slice(0, NETWORK_PARTS).map((part) => part.toString(16));
	return `${network.join(':')}::/64`;
}
