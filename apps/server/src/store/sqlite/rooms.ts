import { isPrivateRoom, MAX_ROOMS_PER_USER } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import type { Membership, StoredRoom } from '../store.ts';
import type { Calls } from './calls.ts';
import { statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** A row says 0 and 1 where a room says false and true. */
type Row<Room extends StoredRoom> = Omit<Room, 'isPrivate'> & { isPrivate: number };

const COLUMNS = 'room, title, owner_id AS ownerId, is_private AS isPrivate, head';
const MEMBERSHIP = `SELECT ${COLUMNS}, read_seq AS readSeq FROM members JOIN rooms USING (room)`;

/** Rooms and who is in them. */
export function createRooms(database: DatabaseSync): Pick<Calls, 'join' | 'leave' | 'roomsOf' | 'publicRooms'> {
	const prepare = statementsOf(database);
	const find = prepare<[string, string], Row<Membership>>(`${MEMBERSHIP} WHERE user_id = ? AND room = ?`);
	const findAll = prepare<[string], Row<Membership>>(`${MEMBERSHIP} WHERE user_id = ? ORDER BY title, room`);
	const findPublic = prepare<[number], Row<StoredRoom>>(
		`SELECT ${COLUMNS} FROM rooms WHERE is_private = 0 ORDER BY last_at DESC, room LIMIT ?`
	);
	const count = prepare<[string], { count: number }>('SELECT count(*) AS count FROM members WHERE user_id = ?');
	const makeRoom = prepare<[string, string, number]>(
		`INSERT INTO rooms (room, title, is_private, head, last_at)
		VALUES (?, ?, 0, 0, ?) ON CONFLICT DO NOTHING`
	);
	const makeMember = prepare<[string, string]>(
		'INSERT INTO members (user_id, room, read_seq) SELECT ?, room, head FROM rooms WHERE room = ?'
	);
	const removeMember = prepare<[string, string]>('DELETE FROM members WHERE user_id = ? AND room = ?');

	function membership(userId: string, room: string): Membership | undefined {
		const row = find.first(userId, room);
		return row && toRoom(row);
	}

	function joinFirst(userId: string, room: string, makeAt?: number): Membership | 'missing' | 'forbidden' {
		if ((count.first(userId)?.count ?? 0) >= MAX_ROOMS_PER_USER) return 'forbidden';
		if (makeAt !== undefined) makeRoom.run(room, room, makeAt);
		if (makeMember.run(userId, room) === 0) return 'missing';
		const joined = membership(userId, room);
		if (!joined) throw new Error(`${room} was joined and is not there`);
		return joined;
	}

	return {
		join(userId, room, makeAt) {
			// Most joins are repeated ones, after a reconnection: they cost no write.
			const known = membership(userId, room);
			if (known) return known;
			if (isPrivateRoom(room)) return 'not_found';
			return transact(database, 'IMMEDIATE', () => joinFirst(userId, room, makeAt));
		},
		leave: (userId, room) => removeMember.run(userId, room) > 0,
		roomsOf: (userId) => findAll.all(userId).map(toRoom<Membership>),
		publicRooms: (limit) => findPublic.all(limit).map(toRoom<StoredRoom>)
	};
}

function toRoom<Room extends StoredRoom>(row: Row<Room>): Room {
	// The cast only puts back the field that the row spells differently.
	return { ...row, isPrivate: row.isPrivate === 1 } as unknown as Room;
}
