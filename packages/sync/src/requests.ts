import type { RejectionCode, Reply, Rejection, RequestData, RequestName, RequestPayload } from '@digda/protocol';

/** The server's no to a request. */
export class RejectionError extends Error {
	readonly reply: Rejection;

	constructor(reply: Rejection) {
		super(reply.message);
		this.reply = reply;
	}
}

/** There was no connection, or it ended before the reply: nobody knows whether the request arrived. */
export class LineLost extends Error {}

/**
 * Sends a request on the connection of the moment, when its turn has come.
 * @param isWanted whether it is still to be sent then
 * @throws {LineLost} also for a reply of an earlier connection
 */
export type Ask = <Name extends RequestName>(
	name: Name,
	payload: RequestPayload<Name>,
	isWanted?: () => boolean
) => Promise<Reply<RequestData<Name>>>;

/** The data of a good reply. @throws {RejectionError} */
export function dataOf<Data>(reply: Reply<Data>): Data {
	if (reply.ok) return reply.data;
	throw new RejectionError(reply.error);
}

const PASSING: readonly RejectionCode[] = ['unavailable', 'rate_limited', 'internal'];

/** Whether a rejection may become a yes by itself. */
export function isWorthRetry({ code }: Rejection): boolean {
	return PASSING.includes(code);
}
