import { m } from '#lib/paraglide/messages.js';

/** Socket.IO adds the status that polling was answered with, or the data with which a middleware rejects. */
type LineError = Error & { description?: unknown; data?: { code?: string; retryAfterMs?: number } | undefined };

/** Engine.IO answers a foreign origin with 400 or 403, a proxy one who is not known to it with 401 or 403. */
const REJECTIONS: unknown[] = [400, 401, 403];

/** Socket.IO's reasons, which it names in English. */
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
 * Whether the server was reached and does not let this page in, also not later. A browser tells that of polling alone,
 * and not of a server with another origin, whose rejection it hides like any answer without CORS headers.
 */
export function isRejection(error: LineError): boolean {
	return ('data' in error && !error.data?.retryAfterMs) || REJECTIONS.includes(error.description);
}

/**
 * Says in the reader's language why there is no connection; what a server gives as its own reason is passed on as it
 * is.
 */
export function explainError({ message, description, data }: LineError): string {
	if (data?.retryAfterMs) return m.reason_busy();
	if (data?.code === 'outdated') return m.reason_outdated();
	if (REJECTIONS.includes(description)) return m.line_status({ status: String(description) });
	return REASONS.get(message)?.() ?? message;
}
