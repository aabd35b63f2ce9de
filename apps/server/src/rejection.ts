import { ENTRY_KINDS, isPrivateRoom, type EntryKind, type RejectionCode } from '@digda/protocol';
import type { NotStored } from './store/store.ts';

/** A rejection that its asker is told about; any other error is ours, and reaches nobody but the log. */
export class RejectionError extends Error {
	readonly code: RejectionCode;
	readonly retryAfterMs: number | undefined;

	/**
	 * @param message for developers; interfaces translate the code
	 * @param retryAfterMs when a retry has a chance, where that is known
	 */
	constructor(code: RejectionCode, message: string, retryAfterMs?: number) {
		// Where it came from, nobody is told. To look that up costs more than everything else about a request that is rejected.
		const { stackTraceLimit } = Error;
		Error.stackTraceLimit = 0;
		super(message);
		Error.stackTraceLimit = stackTraceLimit;
		this.code = code;
		this.retryAfterMs = retryAfterMs;
	}
}

/** Said of a room that is not there, and in the same words of one that the asker may not see. */
export const NO_SUCH_ROOM = 'there is no such room';

/** The reason why an entry was not stored, for developers. */
export function notStored(kind: EntryKind, code: NotStored): RejectionError {
	const reasons: Record<NotStored, string> = {
		forbidden: ENTRY_KINDS[kind].forbidden,
		not_found: kind === 'message' ? NO_SUCH_ROOM : 'there is no such message',
		gone: 'the message was deleted',
		full: ENTRY_KINDS[kind].limit?.reason ?? 'there is no place for it',
		id_reused: 'the id names another entry'
	};
	return new RejectionError(code === 'full' ? 'forbidden' : code, reasons[code]);
}

/** Why one who is no member is rejected: a private room answers as one that does not exist. */
export function notMember(room: string): RejectionError {
	return isPrivateRoom(room)
		? new RejectionError('not_found', NO_SUCH_ROOM)
		: new RejectionError('forbidden', ENTRY_KINDS.message.forbidden);
}
