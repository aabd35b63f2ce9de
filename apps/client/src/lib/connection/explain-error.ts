import { m } from '#lib/paraglide/messages.js';
import { REJECTIONS, type ConnectionError } from './is-rejection.ts';

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
 * Explains in the language of the page why there is no connection. A server's own reason is returned unchanged.
 */
export function explainError({ message, description, data }: ConnectionError): string {
	if (data?.retryAfterMs) return m.reason_busy();
	if (data?.code === 'outdated') return m.reason_outdated();
	if (REJECTIONS.includes(description)) return m.connection_status({ status: String(description) });
	return REASONS.get(message)?.() ?? message;
}
