import type { RejectionCode } from '@digda/protocol';
import { RejectionError } from '@digda/sync';
import { explainCode } from './explain-code.ts';

/** Why a request failed: the code of the server's rejection, or `unavailable` when no answer came. */
export function codeOf(error: unknown): RejectionCode {
	return error instanceof RejectionError ? error.reply.code : 'unavailable';
}

/** Says in the reader's language why a request failed. */
export function explainFailure(error: unknown): string {
	return explainCode(codeOf(error));
}
