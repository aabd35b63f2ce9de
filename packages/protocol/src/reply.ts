/**
 * The reason of a rejection: `invalid`, `unauthorized`, `forbidden`, `not_found`, `gone` (the message was deleted) and `id_reused`
 * are the sender's to mend; `rate_limited` and `unavailable` are worth a retry; `internal` is a mistake of the server; `outdated`
 * asks the client itself to be renewed.
 */
export type RejectionCode =
	| 'invalid'
	| 'unauthorized'
	| 'forbidden'
	| 'not_found'
	| 'gone'
	| 'id_reused'
	| 'rate_limited'
	| 'unavailable'
	| 'internal'
	| 'outdated';

/** What went wrong; `message` is for developers, interfaces translate the code. */
export interface Rejection {
	code: RejectionCode;
	message: string;
	/** When a retry has a chance, where the server knows, in milliseconds from now. */
	retryAfterMs?: number;
}

/** The single argument of every acknowledgement. */
export type Reply<Data> = { ok: true; data: Data } | { ok: false; error: Rejection };

/** Data of a reply that says nothing but yes. */
export type Nothing = Record<string, never>;

/** An acknowledgement without data. */
export type EmptyReply = Reply<Nothing>;
