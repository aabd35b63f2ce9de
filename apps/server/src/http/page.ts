import type { RequestListener } from 'node:http';
import sirv from 'sirv';
import { answer } from './answer.ts';

/** File names below this path hold a hash of their content. */
const IMMUTABLE = '/_app/immutable/';

/** What is below is not known when the page is built: each is this file. */
const PAGE_PATH = /^\/(rooms|join|device)(\/|\?|$)/;
const PAGE = '/200.html';

/**
 * Serves the built page. Without a directory it answers every request with 404.
 * @param directory read once, so a rebuilt page needs a restart
 * @throws when the directory does not exist
 */
export function servePage(directory: string | undefined): RequestListener {
	if (directory === undefined) {
		return (_request, response) => answer(response, 404, 'This server has no page, only sockets.');
	}
	const serve = sirv(directory, {
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
		serve(request, response, () => {
			if (!PAGE_PATH.test(request.url ?? '')) {
				answer(response, 404, 'Not found');
				return;
			}
			request.url = PAGE;
			serve(request, response, () => answer(response, 404, 'Not found'));
		});
	};
}
