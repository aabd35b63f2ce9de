import { MAX_INVITATIONS, MAX_PRIVATE_MEMBERS, type Invitation } from '@digda/protocol';
import type { DatabaseSync } from 'node:sqlite';
import type { Denied } from '../store.ts';
import type { Calls } from './calls.ts';
import { departuresOf } from './departures.ts';
import { bytes, statementsOf } from './query.ts';
import type { Rooms } from './rooms.ts';
import { transact } from './transaction.ts';

/** A room as somebody stands to it. */
interface Standing {
	title: string;
	isPrivate: number;
	ownerId: string | null;
	isMember: number;
}

type Ownership = Pick<
	Calls,
	| 'createRoom'
	| 'retitle'
	| 'closeRoom'
	| 'findRoom'
	| 'membersOf'
	| 'removeMember'
	| 'invite'
	| 'revoke'
	| 'preview'
	| 'accept'
>;

/** Rooms that somebody owns, and who is let into them. */
export function createOwnership(database: DatabaseSync, { admit }: Pick<Rooms, 'admit'>): Ownership {
	const prepare = statementsOf(database);
	const find = prepare<[string, string], Standing>(
		`SELECT title, is_private AS isPrivate, owner_id AS ownerId, user_id IS NOT NULL AS isMember
		FROM rooms LEFT JOIN members ON members.room = rooms.room AND user_id = ?2
		WHERE rooms.room = ?1 AND closed_at IS NULL`
	);
	const insertRoom = prepare<[string, string, string, number]>(
		'INSERT INTO rooms (room, title, owner_id, is_private, head, last_at) VALUES (?, ?, ?, 1, 0, ?)'
	);
	const updateTitle = prepare<[string, string]>('UPDATE rooms SET title = ? WHERE room = ?');
	const close = prepare<[string]>('UPDATE rooms SET closed_at = unixepoch() * 1000 WHERE room = ?');
	const removeAll = prepare<[string]>('DELETE FROM members WHERE room = ?');
	const remove = prepare<[string, string]>('DELETE FROM members WHERE room = ? AND user_id = ?');
	const countMembers = prepare<[string], { count: number }>('SELECT count(*) AS count FROM members WHERE room = ?');
	const findMembers = prepare<[string], { id: string; name: string }>(
		'SELECT id, name FROM members JOIN users ON id = user_id WHERE room = ? ORDER BY name, id'
	);
	const findInvitations = prepare<[string], Invitation>(
		`SELECT id, created_at AS createdAt,
			(SELECT count(*) FROM members WHERE room = invitations.room AND invitation = invitations.id) AS memberCount
		FROM invitations WHERE room = ? ORDER BY created_at, id`
	);
	const insertInvitation = prepare<[Uint8Array, string, string, number]>(
		'INSERT INTO invitations (secret_hash, id, room, created_at) VALUES (?, ?, ?, ?)'
	);
	const findInvitation = prepare<[Uint8Array], { id: string; room: string }>(
		'SELECT id, room FROM invitations WHERE secret_hash = ?'
	);
	const revokeOne = prepare<[string, string]>('DELETE FROM invitations WHERE room = ? AND id = ?');
	const revokeAll = prepare<[string]>('DELETE FROM invitations WHERE room = ?');
	const noteWayIn = prepare<[string, string, string]>(
		'INSERT INTO ways_in (room, user_id, invitation) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
	);
	const revokeThoseOf = prepare<[string, string]>(
		`DELETE FROM invitations WHERE room = ?1
		AND id IN (SELECT invitation FROM ways_in WHERE room = ?1 AND user_id = ?2)`
	);
	const findClosed = prepare<[string, string, number], { title: string }>(
		'SELECT title FROM rooms WHERE room = ?1 AND closed_at IS NOT NULL AND (owner_id = ?2 OR ?3)'
	);
	const note = departuresOf(database);

	/** Runs a change for the owner of a room. */
	function asOwner<Result>(userId: string, room: string, change: () => Result): Result | Denied {
		return transact(database, 'IMMEDIATE', () => {
			const standing = find.first(room, userId);
			if (standing?.isPrivate && standing.ownerId === userId) return change();
			return deny(standing);
		});
	}

	return {
		createRoom: (ownerId, room, title, now) =>
			transact(database, 'IMMEDIATE', () => {
				const joined = admit(ownerId, room, null, () => insertRoom.run(room, title, ownerId, now));
				if (joined === 'not_found') throw new Error(`${room} was made and is missing`);
				return joined;
			}),

		retitle: (userId, room, title) =>
			asOwner(userId, room, () => {
				updateTitle.run(title, room);
				return 'done';
			}),

		closeRoom: ({ user, isOperator }, room) =>
			transact(database, 'IMMEDIATE', () => {
				const standing = find.first(room, user.id);
				if (!standing) return findClosed.first(room, user.id, Number(isOperator)) ?? 'not_found';
				if (!isOperator && standing.ownerId !== user.id) return deny(standing);
				close.run(room);
				removeAll.run(room);
				revokeAll.run(room);
				note({ kind: 'closed', room, userId: null });
				return { title: standing.title };
			}),

		findRoom(room) {
			const found = find.first(room, '');
			return found && { title: found.title };
		},

		membersOf: (userId, room) =>
			transact(database, 'DEFERRED', () => {
				const standing = find.first(room, userId);
				if (!standing?.isPrivate || !standing.isMember) return deny(standing);
				const { ownerId } = standing;
				return {
					members: findMembers.all(room).map((user) => ({ ...user, isOwner: user.id === ownerId })),
					invitations: ownerId === userId ? findInvitations.all(room) : []
				};
			}),

		removeMember: (ownerId, room, userId) =>
			asOwner(ownerId, room, () => {
				if (userId === ownerId) return 'forbidden';
				revokeThoseOf.run(room, userId);
				if (remove.run(room, userId) > 0) note({ kind: 'removed', room, userId });
				return 'done';
			}),

		invite: (userId, room, { id, secretHash, createdAt }) =>
			asOwner(userId, room, () => {
				if (findInvitations.all(room).length >= MAX_INVITATIONS) return 'full';
				insertInvitation.run(bytes(secretHash), id, room, createdAt);
				return 'done';
			}),

		revoke: (userId, room, invitation) =>
			asOwner(userId, room, () => {
				if (invitation === null) revokeAll.run(room);
				else revokeOne.run(room, invitation);
				return 'done';
			}),

		preview: (userId, secretHash) =>
			transact(database, 'DEFERRED', () => {
				const room = findInvitation.first(bytes(secretHash))?.room ?? '';
				const standing = find.first(room, userId);
				if (!standing) return 'not_found';
				const { title, isMember } = standing;
				return { title, memberCount: countMembers.first(room)?.count ?? 0, isMember: isMember === 1 };
			}),

		accept: (userId, secretHash) =>
			transact(database, 'IMMEDIATE', () => {
				const invitation = findInvitation.first(bytes(secretHash));
				if (!invitation) return 'not_found';
				const { id, room } = invitation;
				const isFull = (countMembers.first(room)?.count ?? 0) >= MAX_PRIVATE_MEMBERS;
				if (isFull && !find.first(room, userId)?.isMember) return 'forbidden';
				const joined = admit(userId, room, id);
				if (typeof joined !== 'string') noteWayIn.run(room, userId, id);
				return joined;
			})
	};
}

/** What somebody is told who may not do it: to a stranger a private room does not exist. */
function deny(standing: Standing | undefined): Denied {
	return !standing || (standing.isPrivate && !standing.isMember) ? 'not_found' : 'forbidden';
}
