/**
 * The reason of a rejection. The sender can correct `invalid`, `unauthorized`, `forbidden`, `not_found`, `gone` (the
 * message was deleted), `full` (the message cannot take more) and `id_reused`. A retry can succeed after `rate_limited` and `unavailable`. `internal` is a
 * fault of the server. `outdated` asks for an update of the client.
 */
export type RejectionCode =
	| 'invalid'
	| 'unauthorized'
	| 'forbidden'
	| 'not_found'
	| 'gone'
	| 'full'
	| 'id_reused'
	| 'rate_limited'
	| 'unavailable'
	| 'internal'
	| 'outdated';

/** A rejected request. The `message` is for developers; interfaces translate the `code`. */
export interface Rejection {
	code: RejectionCode;
	message: string;
	/** The time after which a retry can succeed, in milliseconds; absent when unknown. */
	retryAfterMs?: number;
}

/** The single argument of every acknowledgement. */
export type Reply<Data> = { ok: true; data: Data } | { ok: false; error: Rejection };

/** The data of a reply that only confirms. */
export type Nothing = Record<string, never>;

/** An acknowledgement without data. */
export type EmptyReply = Reply<Nothing>;
