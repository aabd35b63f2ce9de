import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Boundary } from '../Boundary.ts';
import { isAddress } from '../origins.ts';
import { answer, answerFailure } from './answer.ts';
import { networkOf, peerAddress } from './client-address.ts';
import { Readiness } from './Readiness.ts';

export interface StatusOptions {
	boundary: Boundary;
	/** Why nobody should be sent here, while that is so. */
	notReady: () => string | undefined;
	/** Asks the store something. @throws when it has no answer */
	probe: () => Promise<unknown>;
	registry: Registry;
	/** Lets in whoever shows it; without one, programs on this machine. */
	metricsToken: string | undefined;
}

/** Says that the process lives. */
export function answerAlive(): RequestListener {
	return (_request, response) => answer(response, 200, 'ok');
}

/** Says whether the server can serve: a load balancer sends nobody here otherwise. */
export function answerReadiness({ boundary, notReady, probe }: StatusOptions): RequestListener {
	const readiness = new Readiness(probe);
	return guard(boundary, async (_request, response) => {
		const fault = notReady() ?? (await readiness.findFault());
		answer(response, fault === undefined ? 200 : 503, fault ?? 'ready');
	});
}

/** Answers with the figures for Prometheus. */
export function serveMetrics({ boundary, registry, metricsToken }: StatusOptions): RequestListener {
	return guard(boundary, async (request, response) => {
		if (!(metricsToken === undefined ? isLocal(request) : hasToken(request, metricsToken))) {
			answer(response, 403, 'METRICS_TOKEN lets in from elsewhere');
			return;
		}
		const metrics = await registry.metrics();
		response.setHeader('Content-Type', registry.contentType).end(metrics);
	});
}

function guard(
	boundary: Boundary,
	serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>
): RequestListener {
	return boundary.guard(serve, (_request, response) => answerFailure(response));
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
