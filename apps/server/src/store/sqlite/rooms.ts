import { isPrivateRoom, MAX_ROOMS_PER_USER } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import type { Membership, StoredRoom } from '../store.ts';
import type { Calls } from './calls.ts';
import { departuresOf } from './departures.ts';
import { statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** A row says 0 and 1 where a room says false and true. */
type Row<Room extends StoredRoom> = Omit<Room, 'isPrivate'> & { isPrivate: number };

const COLUMNS = 'room, title, owner_id AS ownerId, is_private AS isPrivate, head';
// What retention has emptied counts as read.
const MEMBERSHIP = `SELECT ${COLUMNS}, max(read_seq, emptied_to) AS readSeq FROM members JOIN rooms USING (room)`;

/** Makes somebody a member, in a transaction. */
type Admit = (
	userId: string,
	room: string,
	/** By which they come. */
	invitation: string | null,
	/** Makes the room before, if need be. */
	make?: () => void
) => Membership | 'not_found' | 'forbidden';

/** What concerns memberships. */
export interface Rooms extends Pick<Calls, 'join' | 'leave' | 'roomsOf' | 'publicRooms'> {
	admit: Admit;
}

/** Rooms and who is in them. */
export function createRooms(database: DatabaseSync): Rooms {
	const prepare = statementsOf(database);
	const find = prepare<[string, string], Row<Membership>>(`${MEMBERSHIP} WHERE user_id = ? AND room = ?`);
	const findAll = prepare<[string], Row<Membership>>(`${MEMBERSHIP} WHERE user_id = ? ORDER BY title, room`);
	const findPublic = prepare<[number], Row<StoredRoom>>(
		`SELECT ${COLUMNS} FROM rooms WHERE is_private = 0 AND closed_at IS NULL ORDER BY last_at DESC, room LIMIT ?`
	);
	const isThere = prepare<[string], { room: string }>('SELECT room FROM rooms WHERE room = ?');
	const count = prepare<[string], { count: number }>('SELECT count(*) AS count FROM members WHERE user_id = ?');
	const makeRoom = prepare<[string, string, number]>(
		`INSERT INTO rooms (room, title, is_private, head, last_at)
		VALUES (?, ?, 0, 0, ?) ON CONFLICT DO NOTHING`
	);
	const makeMember = prepare<[string, string | null, string]>(
		`INSERT INTO members (user_id, room, read_seq, invitation)
		SELECT ?, room, head, ? FROM rooms WHERE room = ? AND closed_at IS NULL`
	);
	const removeMember = prepare<[string, string]>(
		`DELETE FROM members WHERE user_id = ?1 AND room = ?2
		AND NOT EXISTS (SELECT 1 FROM rooms WHERE room = ?2 AND owner_id = ?1)`
	);
	const note = departuresOf(database);

	function membership(userId: string, room: string): Membership | undefined {
		const row = find.first(userId, room);
		return row && toRoom(row);
	}

	const admit: Admit = (userId, room, invitation, make = () => undefined) => {
		const known = membership(userId, room);
		if (known) return known;
		if ((count.first(userId)?.count ?? 0) >= MAX_ROOMS_PER_USER) return 'forbidden';
		make();
		makeMember.run(userId, invitation, room);
		return membership(userId, room) ?? 'not_found';
	};

	return {
		admit,
		join(userId, room, makeAt) {
			// Most joins are repeated ones, after a reconnection: they cost no write.
			const known = membership(userId, room);
			if (known) return known;
			if (isPrivateRoom(room)) return 'not_found';
			return transact(database, 'IMMEDIATE', () => {
				const make = () => {
					if (makeAt !== undefined) makeRoom.run(room, room, makeAt);
				};
				const joined = admit(userId, room, null, make);
				return joined === 'not_found' && !isThere.first(room) ? 'missing' : joined;
			});
		},
		leave: (userId, room) =>
			transact(database, 'IMMEDIATE', () => {
				if (removeMember.run(userId, room) > 0) note({ kind: 'left', room, userId });
				return find.first(userId, room) ? 'forbidden' : 'done';
			}),
		roomsOf: (userId) => findAll.all(userId).map(toRoom<Membership>),
		publicRooms: (limit) => findPublic.all(limit).map(toRoom<StoredRoom>)
	};
}

function toRoom<Room extends StoredRoom>(row: Row<Room>): Room {
	// The cast only puts back the field that the row spells differently.
	return { ...row, isPrivate: row.isPrivate === 1 } as unknown as Room;
}
