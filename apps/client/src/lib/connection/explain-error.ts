import { m } from '#lib/paraglide/messages.js';

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
 * Says in the reader's language why there is no connection; what a server gives as its own reason is passed on as it
 * is.
 */
export function explainError({ message }: Error): string {
	return REASONS.get(message)?.() ?? message;
}
