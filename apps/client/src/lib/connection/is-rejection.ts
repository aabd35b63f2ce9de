/** An error of Socket.IO, with the HTTP status of a polling request or the data of a middleware's rejection. */
export type ConnectionError = Error & {
	description?: unknown;
	data?: { code?: string; retryAfterMs?: number } | undefined;
};

/** Engine.IO rejects a foreign origin with 400 or 403, and a proxy rejects an unknown user with 401 or 403. */
export const REJECTIONS: readonly unknown[] = [400, 401, 403];

/**
 * Tells whether the server permanently rejects this page. A browser exposes the status only for polling. It hides the
 * rejection of a server with another origin, like any response without CORS headers.
 */
export function isRejection(error: ConnectionError): boolean {
	return ('data' in error && !error.data?.retryAfterMs) || REJECTIONS.includes(error.description);
}
