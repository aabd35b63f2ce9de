import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { isAddress } from '../origins.ts';
import { answer } from './answer.ts';
import { networkOf, peerAddress } from './client-address.ts';

/** A store that does not answer in this time is not ready. */
const PROBE_MS = 2_000;

export interface StatusOptions {
	/** Why nobody should be sent here, while that is so. */
	notReady: () => string | undefined;
	/** Asks the store something. @throws when it has no answer */
	probe: () => Promise<unknown>;
	registry: Registry;
	/** Lets in whoever shows it; without one, programs on this machine. */
	metricsToken: string | undefined;
}

/** What whoever runs the server asks it, by path. */
export function serveStatus({
	notReady,
	probe,
	registry,
	metricsToken
}: StatusOptions): Record<string, RequestListener> {
	async function findFault(): Promise<string | undefined> {
		const reason = notReady();
		if (reason !== undefined) return reason;
		const late = new AbortController();
		try {
			return await Promise.race([
				probe().then(() => undefined),
				sleep(PROBE_MS, 'the store does not answer', { signal: late.signal, ref: false })
			]);
		} catch {
			return 'the store is not available';
		} finally {
			late.abort();
		}
	}

	return {
		/** The process lives. */
		'/healthz': (_request, response) => answer(response, 200, 'ok'),
		/** It can serve: whoever balances loads sends nobody here otherwise. */
		'/readyz': (_request, response) => {
			void findFault().then((fault) => answer(response, fault === undefined ? 200 : 503, fault ?? 'ready'));
		},
		/** Figures for Prometheus. */
		'/metrics': (request, response) => {
			if (!(metricsToken === undefined ? isLocal(request) : hasToken(request, metricsToken))) {
				answer(response, 403, 'METRICS_TOKEN lets in from elsewhere');
				return;
			}
			void registry.metrics().then((metrics) => {
				response.setHeader('Content-Type', registry.contentType).end(metrics);
			});
		}
	};
}

/** Whether a program on this machine asks, and neither a proxy on it nor a page of somebody else's in its browser. */
function isLocal({ headers, socket }: IncomingMessage): boolean {
	const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via', 'origin'].some(
		(name) => headers[name] !== undefined
	);
	const host = URL.parse(`http://${headers.host ?? ''}`)?.hostname;
	const network = peerAddress(socket);
	const isLoopback = network.startsWith('127.') || network === networkOf('::1');
	return isLoopback && !isForwarded && host !== undefined && isAddress(host);
}

/** Compares hashes, whose time says nothing about the token. */
function hasToken({ headers }: IncomingMessage, token: string): boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(headers.authorization ?? ''), hash(`Bearer ${token}`));
}
