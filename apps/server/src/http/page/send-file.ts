import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import type { Coding, PageFile } from './PageFiles.ts';

/**
 * Sends a file in the best coding that the client accepts, or 304. It ignores `Range`, as
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.2 allows: the response is always the whole file.
 */
export function sendFile(
	request: IncomingMessage,
	response: ServerResponse,
	file: PageFile,
	cacheControl: string,
	status: 200 | 404 = 200
): void {
	const coding = chooseCoding(request, file);
	const { body, etag } = (coding && file.coded.get(coding)) ?? file.plain;
	const headers = { ETag: etag, 'Cache-Control': cacheControl, Vary: 'Accept-Encoding', 'Accept-Ranges': 'none' };
	if (status === 200 && isKnown(request, etag)) {
		response.writeHead(304, headers).end();
		return;
	}
	response.writeHead(status, {
		...headers,
		'Content-Type': file.contentType,
		'Content-Length': body.length,
		...(coding && { 'Content-Encoding': coding })
	});
	// Node.js omits the body of a response to HEAD.
	response.end(body);
}

/** The best coding that the client accepts. Undefined means uncompressed, even if the client rejects that too. */
function chooseCoding(request: IncomingMessage, { coded }: PageFile): Coding | undefined {
	if (coded.size === 0) return undefined;
	const accepted = new Negotiator(request).encodings([...coded.keys()]);
	return [...coded.keys()].find((coding) => accepted.includes(coding));
}

/** Whether the client already has the representation, https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
function isKnown({ headers }: IncomingMessage, etag: string): boolean {
	const tags = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
	return tags.includes(etag) || tags.includes('*');
}
