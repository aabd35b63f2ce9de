import type { Invitation, InvitationEnd, Member } from '@digda/protocol';
import { dataOf } from './requests.ts';
import type { Room } from './Room.ts';

/** Manages a room for its owner. Every method throws `RejectionError` or `ConnectionLost`. */
export class RoomManager {
	readonly #room: Room;

	constructor(room: Room) {
		this.#room = room;
	}

	/** Changes the title of the room. */
	async rename(title: string): Promise<void> {
		const { title: given } = dataOf(await this.#room.request('room:rename', { room: this.#room.id, title }));
		this.#room.receiveTitle(given);
	}

	/** Reads the members, and the invitations if the user is the owner. */
	async listMembers(): Promise<{ members: Member[]; invitations: Invitation[] }> {
		return dataOf(await this.#room.request('room:members', { room: this.#room.id }));
	}

	/** Ends the membership of another user. */
	async removeMember(userId: string): Promise<void> {
		dataOf(await this.#room.request('room:remove', { room: this.#room.id, userId }));
	}

	/**
	 * Creates an invitation.
	 * @param end without a field it has no such end
	 * @returns its id and its secret, which the server never sends again
	 */
	async invite(end: InvitationEnd = {}): Promise<{ invitation: string; secret: string }> {
		return dataOf(await this.#room.request('room:invite', { room: this.#room.id, ...end }));
	}

	/** Revokes an invitation, or all invitations without an id. */
	async revoke(invitation?: string): Promise<void> {
		const which = invitation === undefined ? {} : { invitation };
		dataOf(await this.#room.request('room:revoke', { room: this.#room.id, ...which }));
	}
}
