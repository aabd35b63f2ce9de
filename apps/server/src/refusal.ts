import { isPrivateRoom, type ErrorCode } from '@digda/protocol';

/** A refusal that its asker is told about; any other error is ours, and reaches nobody but the log. */
export class Refusal extends Error {
	readonly code: ErrorCode;
	readonly retryAfterMs: number | undefined;

	/**
	 * @param message for developers; interfaces translate the code
	 * @param retryAfterMs when a retry has a chance, where that is known
	 */
	constructor(code: ErrorCode, message: string, retryAfterMs?: number) {
		// Where it came from, nobody is told. To look that up costs more than everything else about a request that is refused.
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
export function notMember(room: string): Refusal {
	return isPrivateRoom(room) ? new Refusal('not_found', NO_SUCH_ROOM) : new Refusal('forbidden', NOT_MEMBER);
}
