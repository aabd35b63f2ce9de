import type { Member } from '@digda/protocol';
import { opens, whyNotListed } from '../../rules/rooms.ts';
import { isOpen, toStored } from '../../rules/state.ts';
import {
	FIND_BLOCKED,
	FIND_MENTIONS,
	FIND_OWN,
	FIND_PUBLIC,
	LIST_INVITATIONS,
	patternOf,
	toInvitation,
	toOwnMembership,
	type BlockedRow,
	type InvitationRow,
	type OwnRow
} from '../load.ts';
import type { RowOf } from '../schema.ts';
import type { Store } from '../store.ts';
import { load } from './changes.ts';
import type { Database } from './Database.ts';

/** Reads rooms and their members. */
export function createRooms(
	database: Database
): Pick<Store, 'roomsOf' | 'unreadMentions' | 'blockedBy' | 'publicRooms' | 'findRoom' | 'membersOf' | 'preview'> {
	return {
		roomsOf: async (userId) => {
			const rows = await database.inOrder((sql) => sql.query<OwnRow>(FIND_OWN, [userId]), [userId]);
			return rows.map((row) => toOwnMembership(userId, row));
		},

		unreadMentions: (userId) => database.concurrently((sql) => sql.query(FIND_MENTIONS, [userId])),

		blockedBy: async (userId) => {
			const rows = await database.inOrder((sql) => sql.query<BlockedRow>(FIND_BLOCKED, [userId]), [userId]);
			return rows.map(({ blockedId }) => blockedId);
		},

		publicRooms: async (limit, part = '') => {
			const rows = await database.concurrently((sql) =>
				sql.query<RowOf<'rooms'>>(FIND_PUBLIC, [limit, patternOf(part)])
			);
			return rows.map(toStored);
		},

		findRoom: async (room) => {
			const { room: found } = await database.inOrder((sql) => load(sql, { userId: '', room }));
			return isOpen(found) ? { title: found.title, topic: found.topic } : undefined;
		},

		membersOf: async (userId, room, now) => {
			const [state, members, invitations] = await database.inOrder(
				(sql) =>
					Promise.all([
						load(sql, { userId, room }),
						sql.query<Member>(
							`SELECT users.id, name, coalesce(users.id = owner_id, FALSE) AS "isOwner"
							FROM members JOIN users ON id = user_id JOIN rooms USING (room)
							WHERE room = $1 AND is_private ORDER BY name, id`,
							[room]
						),
						sql.query<InvitationRow>(LIST_INVITATIONS, [room, now])
					]),
				[userId]
			);
			const isOwner = state.room?.ownerId === userId;
			return whyNotListed(state) ?? { members, invitations: isOwner ? invitations.map(toInvitation) : [] };
		},

		preview: async (userId, secretHash, now) => {
			const state = await database.concurrently((sql) => load(sql, { userId, secretHash }));
			const { room, memberCount, membership } = state;
			if (!room || !opens(state, now)) return 'not_found';
			return { title: room.title, memberCount, isMember: membership !== undefined };
		}
	};
}
