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
	/** The reason why the server is not ready; undefined when it is. */
	notReady: () => string | undefined;
	/** Sends the store a request. @throws when the store does not answer */
	probe: () => Promise<unknown>;
	registry: Registry;
	/** The bearer token for `/metrics`. Without it, only programs on this machine may read them. */
	metricsToken: string | undefined;
}

/** Liveness: responds with 200. */
export function answerAlive(): RequestListener {
	return (_request, response) => answer(response, 200, 'ok');
}

/** Readiness: responds with 503 while a load balancer should send no clients here. */
export function answerReadiness({ boundary, notReady, probe }: StatusOptions): RequestListener {
	const readiness = new Readiness(probe);
	return guard(boundary, async (_request, response) => {
		const fault = notReady() ?? (await readiness.findFault());
		answer(response, fault === undefined ? 200 : 503, fault ?? 'ready');
	});
}

/** Responds with the metrics for Prometheus. */
export function serveMetrics({ boundary, registry, metricsToken }: StatusOptions): RequestListener {
	return guard(boundary, async (request, response) => {
		if (!(metricsToken === undefined ? isLocal(request) : hasToken(request, metricsToken))) {
			answer(response, 403, 'METRICS_TOKEN allows access from other machines');
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

/**
 * Whether a program on this machine sends the request itself. A proxy and a foreign page in a local browser do not
 * count.
 */
function isLocal({ headers, socket }: IncomingMessage): boolean {
	const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via', 'origin'].some(
		(name) => headers[name] !== undefined
	);
	const host = URL.parse(`http://${headers.host ?? ''}`)?.hostname;
	const network = peerAddress(socket);
	const isLoopback = network.startsWith('127.') || network === networkOf('::1');
	return isLoopback && !isForwarded && host !== undefined && isAddress(host);
}

/** Compares hashes in constant time, which reveals nothing about the token. */
function hasToken({ headers }: IncomingMessage, token: string): boolean {
	const hash = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(headers.authorization ?? ''), hash(`Bearer ${token}`));
}
