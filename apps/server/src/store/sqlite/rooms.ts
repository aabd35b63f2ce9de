import type { DatabaseSync } from 'node:sqlite';
import { isOpen, toStored } from '../../rules/state.ts';
import { opens, whyNotListed } from '../../rules/rooms.ts';
import {
	FIND_BLOCKED,
	FIND_MENTIONS,
	FIND_OWN,
	FIND_PUBLIC,
	LIST_INVITATIONS,
	patternOf,
	toInvitation,
	toOwnMembership,
	toRoom,
	type BlockedRow,
	type InvitationRow,
	type OwnRow,
	type RoomRow
} from '../load.ts';
import type { Calls } from './calls.ts';
import { loadingOf } from './changes.ts';
import { numbered, statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Reads rooms and their members. */
export function createRooms(
	database: DatabaseSync
): Pick<Calls, 'roomsOf' | 'unreadMentions' | 'blockedBy' | 'publicRooms' | 'findRoom' | 'membersOf' | 'preview'> {
	const prepare = statementsOf(database);
	const load = loadingOf(database);
	const findOwn = prepare<[string], OwnRow>(numbered(FIND_OWN));
	const findMentions = prepare<[string], { room: string; seq: number }>(numbered(FIND_MENTIONS));
	const findBlocked = prepare<[string], BlockedRow>(numbered(FIND_BLOCKED));
	const findPublic = prepare<[number, string], RoomRow>(numbered(FIND_PUBLIC));
	const findMembers = prepare<[string], { id: string; name: string }>(
		'SELECT id, name FROM members JOIN users ON id = user_id WHERE room = ? ORDER BY name, id'
	);
	const findInvitations = prepare<[string, number], InvitationRow>(numbered(LIST_INVITATIONS));

	return {
		roomsOf: (userId) => findOwn.all(userId).map((row) => toOwnMembership(userId, row)),
		unreadMentions: (userId) => findMentions.all(userId),
		blockedBy: (userId) => findBlocked.all(userId).map(({ blockedId }) => blockedId),
		publicRooms: (limit, part = '') => findPublic.all(limit, patternOf(part)).map((row) => toStored(toRoom(row))),
		findRoom(room) {
			const { room: found } = load({ userId: '', room });
			return isOpen(found) ? { title: found.title, topic: found.topic } : undefined;
		},

		membersOf: (userId, room, now) =>
			transact(database, 'DEFERRED', () => {
				const state = load({ userId, room });
				const ownerId = state.room?.ownerId;
				return (
					whyNotListed(state) ?? {
						members: findMembers.all(room).map((user) => ({ ...user, isOwner: user.id === ownerId })),
						invitations: ownerId === userId ? findInvitations.all(room, now).map(toInvitation) : []
					}
				);
			}),

		preview(userId, secretHash, now) {
			const state = load({ userId, secretHash });
			const { room, memberCount, membership } = state;
			if (!room || !opens(state, now)) return 'not_found';
			return { title: room.title, memberCount, isMember: membership !== undefined };
		}
	};
}
