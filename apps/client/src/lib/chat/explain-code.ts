import type { ErrorCode } from '@digda/protocol';
import { m } from '#lib/paraglide/messages.js';

/** Says in the reader's language why the server refused something. */
export function explainCode(code: ErrorCode | undefined): string {
	switch (code) {
		case 'invalid':
			return m.error_invalid();
		case 'forbidden':
		case 'unauthorized':
			return m.error_forbidden();
		case 'not_found':
			return m.error_not_found();
		case 'id_reused':
			return m.error_id_reused();
		case 'rate_limited':
		case 'unavailable':
			return m.error_later();
		default:
			return m.error_internal();
	}
}
