import {
	MAX_INVITATIONS,
	MAX_PRIVATE_MEMBERS,
	MAX_ROOMS_PER_USER,
	type Invitation,
	type Member
} from '@digda/protocol';
import { MAX_LISTED_GONE } from '../gone.ts';
import { toDeparture, type NumberedDeparture } from '../departure-row.ts';
import type { Denied, Membership, Store } from '../store.ts';
import type { Sql } from './connect.ts';

type Ownership = Pick<
	Store,
	| 'createRoom'
	| 'retitle'
	| 'closeRoom'
	| 'findRoom'
	| 'membersOf'
	| 'removeMember'
	| 'invite'
	| 'revoke'
	| 'accept'
	| 'deleteMessage'
	| 'goneIn'
	| 'departures'
	| 'renewSession'
>;

/** Runs a statement after all that were made before. */
type Run = <Result>(statement: (sql: Sql) => Promise<Result>) => Promise<Result>;

/** Of functions that answer with a membership, or why there is none. */
type Joined<Outcome> = { outcome: Outcome } | (Membership & { outcome: 'joined' });

/** Rooms that somebody owns, what is taken back, and what ends. */
export function createOwnership(run: Run): Ownership {
	/** The one row, with the one column, of a function's answer. */
	async function outcomeOf<Outcome>(
		statement: (sql: Sql) => Promise<readonly { outcome: Outcome }[]>
	): Promise<Outcome> {
		const [row] = await run(statement);
		if (!row) throw new Error('a function of the database said nothing');
		return row.outcome;
	}

	async function joinedBy<Outcome>(
		statement: (sql: Sql) => Promise<readonly Joined<Outcome>[]>
	): Promise<Membership | Outcome> {
		const [row] = await run(statement);
		if (!row) throw new Error('a function of the database said nothing');
		if (!isJoined(row)) return row.outcome;
		const { room, title, ownerId, isPrivate, head, readSeq } = row;
		return { room, title, ownerId, isPrivate, head, readSeq };
	}

	return {
		createRoom: (ownerId, room, title, now) =>
			joinedBy(
				(sql) => sql<Joined<'forbidden'>[]>`
					SELECT outcome, room, title, owner_id AS "ownerId", is_private AS "isPrivate", head, read_seq AS "readSeq"
					FROM create_room(${ownerId}, ${room}, ${title}, ${now}, ${MAX_ROOMS_PER_USER})`
			),

		accept: (userId, secretHash) =>
			joinedBy(
				(sql) => sql<Joined<Denied>[]>`
					SELECT outcome, room, title, owner_id AS "ownerId", is_private AS "isPrivate", head, read_seq AS "readSeq"
					FROM accept_invitation(
						${userId}, decode(${secretHash}, 'hex'), ${MAX_ROOMS_PER_USER}, ${MAX_PRIVATE_MEMBERS}
					)`
			),

		retitle: (userId, room, title) =>
			outcomeOf(
				(sql) => sql<{ outcome: 'done' | Denied }[]>`SELECT retitle_room(${userId}, ${room}, ${title}) AS outcome`
			),

		closeRoom: async ({ user, isOperator }, room) => {
			const [row] = await run(
				(sql) => sql<{ outcome: 'done' | Denied; title: string }[]>`
					SELECT outcome, title FROM close_room(${user.id}, ${isOperator}, ${room}, ${Date.now()})`
			);
			return row?.outcome === 'done' ? { title: row.title } : (row?.outcome ?? 'not_found');
		},

		findRoom: async (room) => {
			const [found] = await run(
				(sql) => sql<{ title: string }[]>`SELECT title FROM rooms WHERE room = ${room} AND closed_at IS NULL`
			);
			return found && { title: found.title };
		},

		membersOf: async (userId, room) => {
			const [standing] = await run(
				(sql) => sql<{ isPrivate: boolean; ownerId: string | null; isMember: boolean }[]>`
					SELECT is_private AS "isPrivate", owner_id AS "ownerId",
						EXISTS (SELECT FROM members WHERE room = rooms.room AND user_id = ${userId}) AS "isMember"
					FROM rooms WHERE room = ${room} AND closed_at IS NULL`
			);
			if (!standing) return 'not_found';
			if (!standing.isPrivate) return 'forbidden';
			if (!standing.isMember) return 'not_found';
			const [members, invitations] = await Promise.all([
				run(
					(sql) => sql<Member[]>`
						SELECT id, name, id = ${standing.ownerId} AS "isOwner" FROM members JOIN users ON id = user_id
						WHERE room = ${room} ORDER BY name COLLATE "C", id`
				),
				run(
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
			outcomeOf(
				(sql) => sql<{ outcome: 'done' | Denied }[]>`SELECT remove_member(${ownerId}, ${room}, ${userId}) AS outcome`
			),

		invite: (userId, room, { id, secretHash, createdAt }) =>
			outcomeOf(
				(sql) => sql<{ outcome: 'done' | 'full' | Denied }[]>`
					SELECT invite_to_room(
						${userId}, ${room}, ${id}, decode(${secretHash}, 'hex'), ${createdAt}, ${MAX_INVITATIONS}
					) AS outcome`
			),

		revoke: (userId, room, invitation) =>
			outcomeOf(
				(sql) => sql<{ outcome: 'done' | Denied }[]>`
					SELECT revoke_invitations(${userId}, ${room}, ${invitation}) AS outcome`
			),

		deleteMessage: async ({ user, isOperator }, room, seq, { id, sentAt }) => {
			const [row] = await run(
				(sql) => sql<{ outcome: 'done' | Denied | 'invalid'; seq: number }[]>`
					SELECT outcome, seq FROM delete_message(
						${user.id}, ${user.name}, ${isOperator}, ${room}, ${seq}, ${id}, ${sentAt}
					)`
			);
			return row?.outcome === 'done' ? { seq: row.seq } : (row?.outcome ?? 'not_found');
		},

		goneIn: async (places) => {
			const rows = await run(
				(sql) => sql<{ gone: number[] }[]>`
					SELECT coalesce((
						SELECT array_agg(place) FROM (
							SELECT seq, deletes FROM messages
							WHERE messages.room = places.room AND seq > places.after AND deletes IS NOT NULL
							ORDER BY seq DESC LIMIT ${MAX_LISTED_GONE}
						) entries CROSS JOIN LATERAL (VALUES (seq), (deletes)) listed (place) WHERE place > places.after
					), '{}') AS gone
					FROM unnest(
						${places.map(({ room }) => room)}::text[], ${places.map(({ after }) => after)}::bigint[]
					) WITH ORDINALITY AS places (room, after, number) ORDER BY number`
			);
			return rows.map(({ gone }) => gone.map(Number));
		},

		departures: async (after) => {
			if (after === null) {
				const [last] = await run(
					(sql) => sql<{ upTo: number }[]>`SELECT coalesce(max(number), 0) AS "upTo" FROM departures`
				);
				return { upTo: last?.upTo ?? 0, departures: [] };
			}
			const rows = await run(
				(sql) => sql<NumberedDeparture[]>`
					SELECT number, kind, room, user_id AS "userId" FROM departures WHERE number > ${after} ORDER BY number`
			);
			return { upTo: rows.at(-1)?.number ?? after, departures: rows.map(toDeparture) };
		},

		renewSession: async (tokenHash, userId, now) => {
			await run((sql) => sql`SELECT renew_session(decode(${tokenHash}, 'hex'), ${userId}, ${now})`);
		}
	};
}

function isJoined<Outcome>(row: Joined<Outcome>): row is Membership & { outcome: 'joined' } {
	return row.outcome === 'joined';
}
