import type { IncomingMessage, RequestListener } from 'node:http';
import Negotiator from 'negotiator';
import { answer } from '../answer.ts';
import { pathOf } from '../path-of.ts';
import { readPageFiles, type PageFile } from './PageFiles.ts';
import { isRoute } from './routes.ts';
import { sendFile } from './send-file.ts';

/** File names below this path contain a hash of their content. */
const IMMUTABLE = '/_app/immutable/';

/**
 * The page of `/`, and the page of all other routes, which are unknown at build time. Neither is served under its file
 * name.
 */
const FRONT_PAGE = '/index.html';
const ROUTE_PAGE = '/200.html';

/**
 * Serves the built page from memory. It reads the files once, before it returns. A process therefore serves one whole
 * build while another is written, and requests need no file descriptors. A browser that opens an unknown path gets the
 * page with status 404. Without a directory, every request gets 404.
 * @param directory the built page
 * @throws the system's error when the directory or a file in it cannot be read
 */
export function servePage(directory: string | undefined): RequestListener {
	if (directory === undefined) {
		return (_request, response) => answer(response, 404, 'This server serves sockets only, no page.');
	}
	const files = new Map(readPageFiles(directory));
	const frontPage = files.get(FRONT_PAGE);
	const routePage = files.get(ROUTE_PAGE);
	files.delete(FRONT_PAGE);
	files.delete(ROUTE_PAGE);

	function find(path: string): PageFile | undefined {
		if (path === '/') return frontPage;
		return isRoute(path) ? routePage : files.get(path);
	}

	return (request, response) => {
		const path = decodedPathOf(request);
		const file = path === undefined ? undefined : find(path);
		if (file) {
			const isImmutable = path?.startsWith(IMMUTABLE);
			sendFile(request, response, file, isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
		} else if (routePage && asksForPage(request)) sendFile(request, response, routePage, 'no-cache', 404);
		else answer(response, 404, 'Not found');
	};
}

/** The decoded path of a request; undefined when it is malformed. */
function decodedPathOf(request: IncomingMessage): string | undefined {
	try {
		return decodeURIComponent(pathOf(request));
	} catch {
		return undefined;
	}
}

/** Whether a browser opens a page, rather than a program that requests a file. */
function asksForPage(request: IncomingMessage): boolean {
	return new Negotiator(request).mediaType(['text/plain', 'text/html']) === 'text/html';
}
