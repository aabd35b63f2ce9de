import type { Invitation } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import { isOpen, toMembership, toStored } from '../../rules/state.ts';
import { whyNotListed } from '../../rules/rooms.ts';
import { FIND_MENTIONS, toRoom, type RoomRow } from '../load.ts';
import { selected } from '../schema.ts';
import type { Calls } from './calls.ts';
import { loadingOf } from './changes.ts';
import { numbered, statementsOf } from './query.ts';
import { transact } from './transaction.ts';

/** Reads rooms and their members. */
export function createRooms(
	database: DatabaseSync
): Pick<Calls, 'roomsOf' | 'unreadMentions' | 'publicRooms' | 'findRoom' | 'membersOf' | 'preview'> {
	const prepare = statementsOf(database);
	const load = loadingOf(database);
	const findOwn = prepare<[string], RoomRow & { readSeq: number }>(
		`SELECT ${selected('rooms')}, read_seq AS readSeq FROM members JOIN rooms USING (room)
		WHERE user_id = ? ORDER BY title, room`
	);
	const findMentions = prepare<[string], { room: string; seq: number }>(numbered(FIND_MENTIONS));
	const findPublic = prepare<[number], RoomRow>(
		`SELECT ${selected('rooms')} FROM rooms WHERE NOT is_private AND closed_at IS NULL
		ORDER BY last_at DESC, room LIMIT ?`
	);
	const findMembers = prepare<[string], { id: string; name: string }>(
		'SELECT id, name FROM members JOIN users ON id = user_id WHERE room = ? ORDER BY name, id'
	);
	const findInvitations = prepare<[string], Invitation>(
		`SELECT id, created_at AS createdAt,
			(SELECT count(*) FROM members WHERE room = invitations.room AND invitation = invitations.id) AS memberCount
		FROM invitations WHERE room = ? ORDER BY created_at, id`
	);

	return {
		roomsOf: (userId) => findOwn.all(userId).map((row) => toMembership(toRoom(row), row)),
		unreadMentions: (userId) => findMentions.all(userId),
		publicRooms: (limit) => findPublic.all(limit).map((row) => toStored(toRoom(row))),
		findRoom(room) {
			const { room: found } = load({ userId: '', room });
			return isOpen(found) ? { title: found.title, topic: found.topic } : undefined;
		},

		membersOf: (userId, room) =>
			transact(database, 'DEFERRED', () => {
				const state = load({ userId, room });
				const ownerId = state.room?.ownerId;
				return (
					whyNotListed(state) ?? {
						members: findMembers.all(room).map((user) => ({ ...user, isOwner: user.id === ownerId })),
						invitations: ownerId === userId ? findInvitations.all(room) : []
					}
				);
			}),

		preview(userId, secretHash) {
			const { room, memberCount, membership } = load({ userId, secretHash });
			if (!isOpen(room)) return 'not_found';
			return { title: room.title, memberCount, isMember: membership !== undefined };
		}
	};
}
