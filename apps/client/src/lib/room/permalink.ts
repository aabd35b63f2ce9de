import { resolve } from '$app/paths';

/** The parameter of a link that names the log. */
export const EPOCH_PARAMETER = 'e';

/** This much of an epoch distinguishes the logs of a server. */
const EPOCH_LENGTH = 8;

/** Returns the address of a message. Another log, for instance of a restored backup, may have another message there. */
export function permalinkTo(room: string, seq: number, epoch: string): string {
	const path = resolve('/rooms/[room]/[seq]', { room, seq: String(seq) });
	return `${location.origin}${path}?${EPOCH_PARAMETER}=${epoch.slice(0, EPOCH_LENGTH)}`;
}
