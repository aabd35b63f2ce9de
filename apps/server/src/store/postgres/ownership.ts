import {
	MAX_INVITATIONS,
	MAX_PRIVATE_MEMBERS,
	MAX_ROOMS_PER_USER,
	type Invitation,
	type InvitationPreview,
	type Member
} from '@digda/protocol';
import type { Denied, Store } from '../store.ts';
import type { Database } from './Database.ts';
import { joinedBy, outcomeOf, rowOf } from './outcome.ts';

type Ownership = Pick<
	Store,
	'createRoom' | 'retitle' | 'closeRoom' | 'membersOf' | 'removeMember' | 'invite' | 'revoke' | 'preview' | 'accept'
>;

/** Rooms that somebody owns, and who is let into them. */
export function createOwnership(database: Database): Ownership {
	return {
		createRoom: (ownerId, room, title, now) =>
			joinedBy(database, (sql) => sql`create_room(${ownerId}, ${room}, ${title}, ${now}, ${MAX_ROOMS_PER_USER})`),

		preview: async (userId, secretHash) => {
			const [preview] = await database.aside(
				(sql) => sql<InvitationPreview[]>`
					SELECT title, (SELECT count(*) FROM members WHERE room = rooms.room) AS "memberCount",
						EXISTS (SELECT FROM members WHERE room = rooms.room AND user_id = ${userId}) AS "isMember"
					FROM rooms JOIN invitations ON invitations.room = rooms.room
					WHERE secret_hash = decode(${secretHash}, 'hex') AND closed_at IS NULL`
			);
			return preview ?? 'not_found';
		},

		accept: (userId, secretHash) =>
			joinedBy(
				database,
				(sql) => sql`
					accept_invitation(${userId}, decode(${secretHash}, 'hex'), ${MAX_ROOMS_PER_USER}, ${MAX_PRIVATE_MEMBERS})`
			),

		retitle: (userId, room, title) => outcomeOf(database, (sql) => sql`retitle_room(${userId}, ${room}, ${title})`),

		closeRoom: async ({ user, isOperator }, room) => {
			const { outcome, title } = await rowOf(
				database,
				(sql) => sql<{ outcome: 'done' | Denied; title: string }[]>`
					SELECT outcome, title FROM close_room(${user.id}, ${isOperator}, ${room}, ${Date.now()})`
			);
			return outcome === 'done' ? { title } : outcome;
		},

		membersOf: async (userId, room) => {
			const [standing] = await database.inOrder(
				(sql) => sql<{ isPrivate: boolean; ownerId: string | null; isMember: boolean }[]>`
					SELECT is_private AS "isPrivate", owner_id AS "ownerId",
						EXISTS (SELECT FROM members WHERE room = rooms.room AND user_id = ${userId}) AS "isMember"
					FROM rooms WHERE room = ${room} AND closed_at IS NULL`
			);
			if (!standing) return 'not_found';
			if (!standing.isPrivate) return 'forbidden';
			if (!standing.isMember) return 'not_found';
			const [members, invitations] = await Promise.all([
				database.inOrder(
					(sql) => sql<Member[]>`
						SELECT id, name, id = ${standing.ownerId} AS "isOwner" FROM members JOIN users ON id = user_id
						WHERE room = ${room} ORDER BY name COLLATE "C", id`
				),
				database.inOrder(
					(sql) => sql<Invitation[]>`
						SELECT id, created_at AS "createdAt", (
							SELECT count(*) FROM members WHERE room = invitations.room AND invitation = invitations.id
						) AS "memberCount"
						FROM invitations WHERE room = ${room} ORDER BY created_at, id`
				)
			]);
			return { members: [...members], invitations: standing.ownerId === userId ? [...invitations] : [] };
		},

		removeMember: (ownerId, room, userId) =>
			outcomeOf(database, (sql) => sql`remove_member(${ownerId}, ${room}, ${userId})`),

		invite: (userId, room, { id, secretHash, createdAt }) =>
			outcomeOf(
				database,
				(sql) => sql`
					invite_to_room(${userId}, ${room}, ${id}, decode(${secretHash}, 'hex'), ${createdAt}, ${MAX_INVITATIONS})`
			),

		revoke: (userId, room, invitation) =>
			outcomeOf(database, (sql) => sql`revoke_invitations(${userId}, ${room}, ${invitation})`)
	};
}
