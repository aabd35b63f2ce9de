import type { RejectionCode } from '@digda/protocol';
import { m } from '#lib/paraglide/messages.js';

const EXPLANATIONS: Record<RejectionCode, () => string> = {
	invalid: m.error_invalid,
	unauthorized: m.error_forbidden,
	forbidden: m.error_forbidden,
	not_found: m.error_not_found,
	gone: m.error_gone,
	full: m.error_full,
	id_reused: m.error_id_reused,
	rate_limited: m.error_later,
	unavailable: m.error_later,
	internal: m.error_internal,
	outdated: m.reason_outdated
};

/** Explains a rejection in the language of the page. */
export function explainCode(code: RejectionCode = 'internal'): string {
	return EXPLANATIONS[code]();
}
