import type { RejectionCode } from '@digda/protocol';
import { RejectionError } from '@digda/sync';
import { explainCode } from './explain-code.ts';

/** Returns the code of a failed request: that of the server's rejection, or `unavailable` without a reply. */
export function codeOf(error: unknown): RejectionCode {
	return error instanceof RejectionError ? error.reply.code : 'unavailable';
}

/** Explains a failed request in the language of the page. */
export function explainFailure(error: unknown): string {
	return explainCode(codeOf(error));
}
