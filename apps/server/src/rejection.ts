import { isPrivateRoom, type RejectionCode } from '@digda/protocol';

/** Rejects a request, and its sender is told why; any other error is ours, and reaches nobody but the log. */
export class RejectionError extends Error {
	readonly code: RejectionCode;
	readonly retryAfterMs: number | undefined;

	/**
	 * @param message for developers; interfaces translate the code
	 * @param retryAfterMs when a retry has a chance, where that is known
	 */
	constructor(code: RejectionCode, message: string, retryAfterMs?: number) {
		// The stack is told to nobody, and costs more than everything else about a request that is rejected.
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

const NOT_MEMBER = 'join the room before';
const ID_REUSED = 'the id names another message';

/** Why an entry was not stored, by its kind and the code of the store. */
export const NOT_STORED = {
	message: {
		forbidden: NOT_MEMBER,
		not_found: NO_SUCH_ROOM,
		id_reused: ID_REUSED,
		invalid: 'this is no message'
	},
	delete: {
		forbidden: 'only its author and the owner of its room delete a message',
		not_found: 'there is no such message',
		id_reused: ID_REUSED,
		invalid: 'this entry says that a message was deleted'
	}
};

/** Why one who is no member is rejected: a private room answers as one that does not exist. */
export function notMember(room: string): RejectionError {
	return isPrivateRoom(room)
		? new RejectionError('not_found', NO_SUCH_ROOM)
		: new RejectionError('forbidden', NOT_MEMBER);
}
