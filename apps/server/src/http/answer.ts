import { ServerResponse } from 'node:http';

/** Responds with one line of text. */
export function answer(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Whether a value is an HTTP response. */
export function isResponse(value: unknown): value is ServerResponse {
	return value instanceof ServerResponse;
}

/** Responds with 500. If a response has begun, it destroys the connection. */
export function answerFailure(response: ServerResponse): void {
	if (response.headersSent) response.destroy();
	else answer(response, 500, 'The server failed');
}
