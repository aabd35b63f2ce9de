import type { RejectionCode, Reply, Rejection, RequestData, RequestName, RequestPayload } from '@digda/protocol';

/** The server rejected a request. */
export class RejectionError extends Error {
	readonly reply: Rejection;

	constructor(reply: Rejection) {
		super(reply.message);
		this.reply = reply;
	}
}

/** There was no connection, or it ended before the reply. The client does not know whether the server got the request. */
export class ConnectionLost extends Error {}

/**
 * Sends a request on the current connection, in order.
 * @param signal drops the request when it is aborted before the request was sent
 * @throws {ConnectionLost} also for a reply of an earlier connection
 */
export type Ask = <Name extends RequestName>(
	name: Name,
	payload: RequestPayload<Name>,
	signal?: AbortSignal
) => Promise<Reply<RequestData<Name>>>;

/** The data of a reply. @throws {RejectionError} */
export function dataOf<Data>(reply: Reply<Data>): Data {
	if (reply.ok) return reply.data;
	throw new RejectionError(reply.error);
}

const TEMPORARY: readonly RejectionCode[] = ['unavailable', 'rate_limited', 'internal'];

/** Tells whether the same request may succeed later. */
export function isTemporary({ code }: Rejection): boolean {
	return TEMPORARY.includes(code);
}
