import type { IncomingMessage, RequestListener } from 'node:http';
import { answer } from '../answer.ts';
import { pathOf } from '../path-of.ts';
import { readPageFiles, type PageFile } from './PageFiles.ts';
import { sendFile } from './send-file.ts';

/** File names below this path hold a hash of their content. */
const IMMUTABLE = '/_app/immutable/';

/** The paths below are not known when the page is built: each is this file. */
const PAGE_PATH = /^\/(rooms|join|device)(\/|\?|$)/;
const PAGE = '/200.html';

/**
 * Serves the built page from memory. The files are read once, before this returns, so a process serves one build as a whole
 * and goes on while another one is written; a request needs no file descriptor. Without a directory every request is
 * answered with 404.
 * @param directory the built page
 * @throws the system's error when the directory or a file in it cannot be read
 */
export function servePage(directory: string | undefined): RequestListener {
	if (directory === undefined) {
		return (_request, response) => answer(response, 404, 'This server has no page, only sockets.');
	}
	const files = readPageFiles(directory);

	function find(request: IncomingMessage): [path: string, file: PageFile | undefined] {
		const path = filePathOf(request);
		const file = files.get(path);
		return file || !PAGE_PATH.test(request.url ?? '') ? [path, file] : [PAGE, files.get(PAGE)];
	}

	return (request, response) => {
		const [path, file] = find(request);
		if (file === undefined) {
			answer(response, 404, 'Not found');
			return;
		}
		const isImmutable = path.startsWith(IMMUTABLE);
		sendFile(request, response, file, isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
	};
}

/** The path of a file; one that no file has when it is malformed. */
function filePathOf(request: IncomingMessage): string {
	try {
		return decodeURIComponent(pathOf(request)).replace(/^\/$/, '/index.html');
	} catch {
		return '';
	}
}
