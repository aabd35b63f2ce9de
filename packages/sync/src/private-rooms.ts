import type { InvitationPreview } from '@digda/protocol';
import { dataOf } from './requests.ts';
import type { Session } from './Session.ts';

/** A private room that was made, or that the user has become a member of. */
export interface PrivateRoom {
	room: string;
	title: string;
}

/** Makes a private room of the user. @throws {RejectionError} @throws {ConnectionLost} */
export async function createPrivateRoom({ ask }: Session, title: string): Promise<PrivateRoom> {
	return dataOf(await ask('room:create', { title }));
}

/** Reads what an invitation leads to, and changes nothing. @throws {RejectionError} @throws {ConnectionLost} */
export async function previewInvitation({ ask }: Session, secret: string): Promise<InvitationPreview> {
	return dataOf(await ask('room:preview', { secret }));
}

/** Becomes a member of the private room of an invitation. @throws {RejectionError} @throws {ConnectionLost} */
export async function acceptInvitation({ ask }: Session, secret: string): Promise<PrivateRoom> {
	return dataOf(await ask('room:accept', { secret }));
}

/** Closes a room for everybody, for ever. @throws {RejectionError} @throws {ConnectionLost} */
export async function closeRoom({ ask }: Session, room: string): Promise<void> {
	// The end of the membership may be delivered before the reply.
	dataOf(await ask('room:close', { room }));
}
