import { Refused } from '@digda/sync';
import { explainCode } from './explain-code.ts';

/** Says in the reader's language why a request failed: the server refused it, or no answer came. */
export function explainFailure(error: unknown): string {
	return explainCode(error instanceof Refused ? error.reply.code : 'unavailable');
}
