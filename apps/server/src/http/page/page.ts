import type { IncomingMessage, RequestListener } from 'node:http';
import Negotiator from 'negotiator';
import { answer } from '../answer.ts';
import { pathOf } from '../path-of.ts';
import { readPageFiles, type PageFile } from './PageFiles.ts';
import { isRoute } from './routes.ts';
import { sendFile } from './send-file.ts';

/** File names below this path hold a hash of their content. */
const IMMUTABLE = '/_app/immutable/';

/** The page of `/`, and the page of all other routes, which are not known when it is built. No path leads to either file. */
const FRONT_DOOR = '/index.html';
const ROUTE_PAGE = '/200.html';

/**
 * Serves the built page from memory. The files are read once, before this returns, so a process serves one build as a whole
 * and goes on while another one is written; a request needs no file descriptor. A browser that opens an unknown path gets
 * the page with the status 404, and the page says so. Without a directory every request is answered with 404.
 * @param directory the built page
 * @throws the system's error when the directory or a file in it cannot be read
 */
export function servePage(directory: string | undefined): RequestListener {
	if (directory === undefined) {
		return (_request, response) => answer(response, 404, 'This server has no page, only sockets.');
	}
	const files = new Map(readPageFiles(directory));
	const frontDoor = files.get(FRONT_DOOR);
	const routePage = files.get(ROUTE_PAGE);
	files.delete(FRONT_DOOR);
	files.delete(ROUTE_PAGE);

	function find(path: string): PageFile | undefined {
		if (path === '/') return frontDoor;
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

/** Whether a browser opens a path, rather than a script or a program that asks for a file. */
function asksForPage(request: IncomingMessage): boolean {
	return new Negotiator(request).mediaType(['text/plain', 'text/html']) === 'text/html';
}
