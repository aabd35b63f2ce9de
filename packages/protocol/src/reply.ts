/** Why a request was refused: `invalid` is the sender's mistake, `internal` is ours. */
export type ErrorCode = 'invalid' | 'internal';

/** What went wrong; `message` is for developers, interfaces translate the code. */
export interface ReplyError {
	code: ErrorCode;
	message: string;
}

/** The single argument of every acknowledgement. */
export type Reply<Data> = { ok: true; data: Data } | { ok: false; error: ReplyError };

/** An acknowledgement without data. */
export type EmptyReply = Reply<Record<string, never>>;
