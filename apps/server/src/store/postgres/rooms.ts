import type { Invitation, Member } from '@digda/protocol';
import { whyNotListed } from '../../rules/rooms.ts';
import { isOpen, toMembership, toStored } from '../../rules/state.ts';
import { FIND_MENTIONS } from '../load.ts';
import { selected, type RowOf } from '../schema.ts';
import type { Store } from '../store.ts';
import { load } from './changes.ts';
import type { Database } from './Database.ts';

/** Reads rooms and their members. */
export function createRooms(
	database: Database
): Pick<Store, 'roomsOf' | 'unreadMentions' | 'publicRooms' | 'findRoom' | 'membersOf' | 'preview'> {
	return {
		roomsOf: async (userId) => {
			const rows = await database.inOrder(
				(sql) =>
					sql.query<RowOf<'rooms'> & { readSeq: number }>(
						`SELECT ${selected('rooms')}, read_seq AS "readSeq" FROM members JOIN rooms USING (room)
						WHERE user_id = $1 ORDER BY title, room`,
						[userId]
					),
				[userId]
			);
			return rows.map((row) => toMembership(row, row));
		},

		unreadMentions: (userId) => database.concurrently((sql) => sql.query(FIND_MENTIONS, [userId])),

		publicRooms: async (limit) => {
			const rows = await database.concurrently((sql) =>
				sql.query<RowOf<'rooms'>>(
					`SELECT ${selected('rooms')} FROM rooms WHERE NOT is_private AND closed_at IS NULL
					ORDER BY last_at DESC, room LIMIT $1`,
					[limit]
				)
			);
			return rows.map(toStored);
		},

		findRoom: async (room) => {
			const { room: found } = await database.inOrder((sql) => load(sql, { userId: '', room }));
			return isOpen(found) ? { title: found.title, topic: found.topic } : undefined;
		},

		membersOf: async (userId, room) => {
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
						sql.query<Invitation>(
							`SELECT id, created_at AS "createdAt", (
								SELECT count(*) FROM members WHERE room = invitations.room AND invitation = invitations.id
							) AS "memberCount"
							FROM invitations WHERE room = $1 ORDER BY created_at, id`,
							[room]
						)
					]),
				[userId]
			);
			const isOwner = state.room?.ownerId === userId;
			return whyNotListed(state) ?? { members, invitations: isOwner ? invitations : [] };
		},

		preview: async (userId, secretHash) => {
			const { room, memberCount, membership } = await database.concurrently((sql) => load(sql, { userId, secretHash }));
			if (!isOpen(room)) return 'not_found';
			return { title: room.title, memberCount, isMember: membership !== undefined };
		}
	};
}
