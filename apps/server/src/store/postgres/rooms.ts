import { isPrivateRoom, MAX_ROOMS_PER_USER } from '@digda/protocol';
import type { Membership, Store, StoredRoom } from '../store.ts';
import type { Database } from './Database.ts';
import { joinedBy, outcomeOf } from './outcome.ts';

/** Who is in which room. */
export function createRooms(
	database: Database
): Pick<Store, 'join' | 'leave' | 'findRoom' | 'roomsOf' | 'publicRooms'> {
	return {
		join: (userId, room, makeAt) =>
			joinedBy(
				database,
				(sql) => sql`join_room(${userId}, ${room}, ${isPrivateRoom(room)}, ${makeAt ?? null}, ${MAX_ROOMS_PER_USER})`
			),

		leave: (userId, room) => outcomeOf(database, (sql) => sql`leave_room(${userId}, ${room})`),

		findRoom: async (room) => {
			const [found] = await database.inOrder(
				(sql) => sql<{ title: string }[]>`SELECT title FROM rooms WHERE room = ${room} AND closed_at IS NULL`
			);
			return found && { title: found.title };
		},

		roomsOf: async (userId) => [
			...(await database.inOrder(
				(sql) => sql<Membership[]>`
					SELECT room, title, owner_id AS "ownerId", is_private AS "isPrivate", head,
						greatest(read_seq, emptied_to) AS "readSeq"
					FROM members JOIN rooms USING (room) WHERE user_id = ${userId} ORDER BY title, room`
			))
		],

		publicRooms: async (limit) => [
			...(await database.aside(
				(sql) => sql<StoredRoom[]>`
					SELECT room, title, owner_id AS "ownerId", is_private AS "isPrivate", head
					FROM rooms WHERE NOT is_private AND closed_at IS NULL ORDER BY last_at DESC, room LIMIT ${limit}`
			))
		]
	};
}
