import { ENTRY_KINDS, isPrivateRoom, type EntryKind, type RejectionCode } from '@digda/protocol';
import type { NotStored } from './store/store.ts';

/**
 * A rejection whose code and message the client receives. Any other error is a fault of the server and goes to the log
 * only.
 */
export class RejectionError extends Error {
	readonly code: RejectionCode;
	readonly retryAfterMs: number | undefined;

	/**
	 * @param message for developers; interfaces translate the code
	 * @param retryAfterMs the time after which a retry can succeed, if known
	 */
	constructor(code: RejectionCode, message: string, retryAfterMs?: number) {
		// The stack of a rejection is unused, and capturing it would cost more than all other work for a rejected
		// request.
		const { stackTraceLimit } = Error;
		Error.stackTraceLimit = 0;
		super(message);
		Error.stackTraceLimit = stackTraceLimit;
		this.code = code;
		this.retryAfterMs = retryAfterMs;
	}
}

/** The message for a missing room, and for a room that the requester may not see. */
export const NO_SUCH_ROOM = 'there is no such room';

/** The codes of the reasons that clients do not distinguish. */
const CODES: Partial<Record<NotStored, RejectionCode>> = { not_owner: 'forbidden', no_source: 'not_found' };

/** The reason why an entry was not stored, for developers. */
export function notStored(kind: EntryKind, code: NotStored): RejectionError {
	const reasons: Record<NotStored, string> = {
		forbidden: ENTRY_KINDS[kind].forbidden,
		not_found: kind === 'message' ? NO_SUCH_ROOM : 'there is no such message',
		no_source: 'the message that it replies to does not exist',
		not_owner: 'only the owner of a private room may mention everyone',
		gone: 'the message was deleted',
		full: ENTRY_KINDS[kind].limit?.reason ?? 'the message cannot take it',
		id_reused: 'the id names another entry'
	};
	return new RejectionError(CODES[code] ?? (code as RejectionCode), reasons[code]);
}

/** The rejection of a person who is not a member. A private room answers as if it did not exist. */
export function notMember(room: string): RejectionError {
	return isPrivateRoom(room)
		? new RejectionError('not_found', NO_SUCH_ROOM)
		: new RejectionError('forbidden', ENTRY_KINDS.message.forbidden);
}
