import { ServerResponse } from 'node:http';

/** Answers with a line of text. */
export function answer(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Whether something is a response of HTTP. */
export function isResponse(value: unknown): value is ServerResponse {
	return value instanceof ServerResponse;
}

/** Answers that the server has failed; where an answer has begun, ends the connection. */
export function answerFailure(response: ServerResponse): void {
	if (response.headersSent) response.destroy();
	else answer(response, 500, 'The server failed');
}
