import type { RequestListener } from 'node:http';
import sirv from 'sirv';

/** File names below this path hold a hash of their content. */
const IMMUTABLE = '/_app/immutable/';

const SECURITY_HEADERS = {
	// The page's own policy is in its head, with the hashes of its scripts; a frame rule works only as a header.
	'Content-Security-Policy': "frame-ancestors 'none'",
	'X-Content-Type-Options': 'nosniff',
	'Referrer-Policy': 'no-referrer'
};

/** Rooms are not known when the page is built: each is this file. */
const ROOM_PATH = /^\/rooms(\/|\?|$)/;
const ROOM_PAGE = '/200.html';

/**
 * Serves the built page. Without a directory it answers every request with 404.
 * @param directory read once, so a rebuilt page needs a restart
 * @throws when the directory does not exist
 */
export function servePage(directory: string | undefined): RequestListener {
	const serve =
		directory === undefined
			? undefined
			: sirv(directory, {
					etag: true,
					gzip: true,
					brotli: true,
					setHeaders(response, path) {
						response.setHeader(
							'Cache-Control',
							path.startsWith(IMMUTABLE) ? 'public, max-age=31536000, immutable' : 'no-cache'
						);
					}
				});

	return (request, response) => {
		for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
		const answer = (status: number, text: string) => {
			response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
		};

		if (request.method !== 'GET' && request.method !== 'HEAD') {
			response.setHeader('Allow', 'GET, HEAD');
			answer(405, 'Method not allowed');
		} else if (serve === undefined) {
			answer(404, 'This server has no page, only sockets.');
		} else {
			serve(request, response, () => {
				if (!ROOM_PATH.test(request.url ?? '')) {
					answer(404, 'Not found');
					return;
				}
				request.url = ROOM_PAGE;
				serve(request, response, () => answer(404, 'Not found'));
			});
		}
	};
}
