import { ENTRY_KINDS, type RequestName } from '@digda/protocol';
import { RejectionError } from '../rejection.ts';
import { rejectUntil } from './admit-requests.ts';
import type { ChatSocket, Shared } from './chat-types.ts';

/** Events that need no queue, or have their own, in which the entries of a connection keep their order. */
const UNQUEUED: readonly string[] = [
	...(['connection:ping', 'read:mark', 'typing:set'] satisfies (RequestName | 'typing:set')[]),
	...Object.values(ENTRY_KINDS).map(({ request }) => request)
];

/** Requests with possibly large answers. */
const READING: readonly string[] = [
	...([
		'history:read',
		'message:versions',
		'message:reactors',
		'room:find',
		'room:join',
		'room:list',
		'room:members'
	] satisfies RequestName[])
];

/** Makes a function that runs requests in the queue of their address, and counts the bytes of reads. */
export function shareStore(
	shared: Pick<Shared, 'limits' | 'conduct'>
): <Data>(socket: ChatSocket, event: string, work: () => Data | Promise<Data>) => Data | Promise<Data> {
	return (socket, event, work) => {
		if (UNQUEUED.includes(event)) return work();
		const { user, address } = socket.data;
		const reading = {
			sizeOf,
			reject: (waitMs: number) => rejectUntil(shared, socket, 'ask', waitMs, 'too many bytes were read at once')
		};
		return shared.limits.queued(
			user.id,
			address,
			() => {
				if (socket.disconnected) throw new RejectionError('unavailable', 'the connection has ended');
				return work();
			},
			READING.includes(event) ? reading : undefined
		);
	};
}

/** The approximate size of a value in bytes of JSON. */
function sizeOf(value: unknown): number {
	if (typeof value === 'string') return Buffer.byteLength(value) + 2;
	if (typeof value !== 'object' || value === null) return 8;
	let bytes = 2;
	if (Array.isArray(value)) for (const item of value) bytes += sizeOf(item) + 1;
	else for (const [name, item] of Object.entries(value)) bytes += name.length + 4 + sizeOf(item);
	return bytes;
}
