import { m } from '#lib/paraglide/messages.js';

/** An error of Socket.IO, with the HTTP status of a polling request or the data of a middleware's rejection. */
type ConnectionError = Error & { description?: unknown; data?: { code?: string; retryAfterMs?: number } | undefined };

/** Engine.IO rejects a foreign origin with 400 or 403, and a proxy rejects an unknown user with 401 or 403. */
const REJECTIONS: unknown[] = [400, 401, 403];

/** The explanations of Socket.IO's reasons. */
const REASONS = new Map([
	['io server disconnect', m.reason_closed],
	['transport close', m.reason_lost],
	['transport error', m.reason_lost],
	['ping timeout', m.reason_silent],
	['timeout', m.reason_silent],
	['websocket error', m.reason_unreachable],
	['xhr poll error', m.reason_unreachable],
	['xhr post error', m.reason_unreachable]
]);

/**
 * Tells whether the server permanently rejects this page. A browser exposes the status only for polling. It hides the
 * rejection of a server with another origin, like any response without CORS headers.
 */
export function isRejection(error: ConnectionError): boolean {
	return ('data' in error && !error.data?.retryAfterMs) || REJECTIONS.includes(error.description);
}

/**
 * Explains in the language of the page why there is no connection. A server's own reason is returned unchanged.
 */
export function explainError({ message, description, data }: ConnectionError): string {
	if (data?.retryAfterMs) return m.reason_busy();
	if (data?.code === 'outdated') return m.reason_outdated();
	if (REJECTIONS.includes(description)) return m.connection_status({ status: String(description) });
	return REASONS.get(message)?.() ?? message;
}
