import type { RequestListener } from 'node:http';
import { answer } from './answer.ts';
import { pathOf } from './path-of.ts';

const SECURITY_HEADERS = {
	// The page's head has its own policy with the hashes of its scripts. A frame rule works only as a header.
	'Content-Security-Policy': "frame-ancestors 'none'",
	'X-Content-Type-Options': 'nosniff',
	'Referrer-Policy': 'no-referrer'
};

const METHODS = ['GET', 'HEAD'];

/**
 * Serves every request that is not for the sockets.
 * @param paths the listeners by exact path, without the query
 * @param others the listener for all other paths
 */
export function createListener(paths: Record<string, RequestListener>, others: RequestListener): RequestListener {
	const exact = new Map(Object.entries(paths));
	return (request, response) => {
		for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
		if (!METHODS.includes(request.method ?? '')) {
			response.setHeader('Allow', METHODS.join(', '));
			answer(response, 405, 'Method not allowed');
			return;
		}
		(exact.get(pathOf(request)) ?? others)(request, response);
	};
}
