import type { State, Subject } from '../rules/state.ts';
import { selected, type RowOf } from './schema.ts';

// Statements that load the state for rules. Both engines understand them.

/** The room of a subject, named directly or by an invitation. */
export const ROOM_OF_SUBJECT = 'coalesce($1, (SELECT room FROM invitations WHERE secret_hash = $2))';

/** Always returns one row. Parameters: room, hash of a secret, requester. */
export const FIND_STATE = `
	SELECT ${selected('rooms')},
		members.read_seq AS "readSeq", members.invitation AS "cameBy",
		(SELECT count(*) FROM members WHERE user_id = $3) AS "roomCount",
		CASE WHEN $2 IS NULL THEN 0
			ELSE (SELECT count(*) FROM members AS all_members WHERE all_members.room = rooms.room) END AS "memberCount",
		(SELECT count(*) FROM invitations WHERE invitations.room = rooms.room) AS "invitationCount",
		(SELECT id FROM invitations WHERE secret_hash = $2) AS "invitation"
	FROM (SELECT 1) AS one
		LEFT JOIN rooms ON rooms.room = ${ROOM_OF_SUBJECT}
		LEFT JOIN members ON members.user_id = $3 AND members.room = rooms.room`;

/** The membership of another person, and the invitations that they have opened. Parameters: room, person. */
export const FIND_OTHER = `
	SELECT 1 AS "isMember", NULL AS invitation FROM members WHERE room = $1 AND user_id = $2
	UNION ALL SELECT 0, invitation FROM ways_in WHERE room = $1 AND user_id = $2`;

/** The hashes of the tokens of a person. Parameter: the person. */
export const FIND_SESSIONS = 'SELECT token_hash AS "tokenHash" FROM sessions WHERE user_id = $1';

/**
 * Rooms in the order of their identifiers, with the times that show old messages. Parameters: the last room, the limit.
 */
export const FIND_EMPTIABLE = `
	SELECT room, head, emptied_to AS "emptiedTo",
		(SELECT sent_at FROM messages WHERE messages.room = rooms.room AND seq > emptied_to ORDER BY seq LIMIT 1) AS "firstAt",
		(SELECT sent_at FROM messages WHERE messages.room = rooms.room ORDER BY seq DESC LIMIT 1) AS "newestAt"
	FROM rooms WHERE room > $1 ORDER BY room LIMIT $2`;

/** The first messages of a room that are not emptied. Parameters: room, `emptiedTo`, the limit. */
export const FIND_OLDEST = `
	SELECT seq, sent_at AS "sentAt", octet_length(text) AS bytes FROM messages
	WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3`;

/** The position of a consumer in a room, null before its first run, and the head. Parameters: consumer, room. */
export const FIND_POSITION = `
	SELECT head, seq FROM rooms LEFT JOIN consumers ON consumers.name = $1 AND consumers.room = rooms.room
	WHERE rooms.room = $2`;

/** Parameter: the room. */
export const FIND_FIGURES = `SELECT ${selected('figures')} FROM figures WHERE room = $1`;

/** The rooms with entries that a consumer has not read, and their number. Parameter: consumer. */
export const FIND_BEHIND = `
	SELECT rooms.room, head - coalesce(seq, 0) AS lag
	FROM rooms LEFT JOIN consumers ON consumers.name = $1 AND consumers.room = rooms.room
	WHERE head > coalesce(seq, 0) ORDER BY rooms.room`;

/** The entries of each kind, as counted by the consumer `figures`. */
export const COUNT_ENTRIES =
	'SELECT kind, CAST(sum(count) AS BIGINT) AS count FROM figures GROUP BY kind ORDER BY kind';

/**
 * The newest unread message of each room that mentions a person. Only the owner of a room mentions everyone. Parameter:
 * the person.
 */
export const FIND_MENTIONS = `
	SELECT members.room, max(mentions.seq) AS seq FROM members JOIN rooms USING (room)
		JOIN mentions ON mentions.room = members.room AND mentions.user_id IN ($1, '*')
			AND mentions.seq > members.read_seq
	WHERE members.user_id = $1 AND (mentions.user_id <> '*' OR rooms.owner_id IS NULL OR rooms.owner_id <> $1)
	GROUP BY members.room`;

/** A message for a member. Parameters: the reader, room, author and id. */
export const FIND_FOR_MEMBER = `
	SELECT seq, text, coalesce(original, text) AS original, author_id AS "authorId", sent_at AS "sentAt" FROM messages
		JOIN members ON members.room = messages.room AND members.user_id = $1
	WHERE messages.room = $2 AND author_id = $3 AND id = $4 AND is_topic = 0`;

/** The newest edits of a message. Parameters: room, the message, the limit. */
export const FIND_EDITS = `
	SELECT content, sent_at AS "sentAt" FROM changes WHERE room = $1 AND target = $2 AND kind = 'edit'
	ORDER BY seq DESC LIMIT $3`;

/** The people who have set a mark. Parameters: room, the message, the mark, the limit. */
export const FIND_REACTORS = `
	SELECT id, name FROM (
		SELECT user_id FROM marks WHERE room = $1 AND target = $2 AND mark = $3 ORDER BY user_id LIMIT $4
	) AS reacted JOIN users ON id = user_id ORDER BY name, id`;

/** The row of `FIND_FOR_MEMBER`. */
export interface FoundMessage {
	seq: number;
	text: string;
	original: string;
	authorId: string;
	sentAt: number;
}

/** The row of `FIND_STATE`. Without a room, only the counts are not null. */
export type StateRow = RoomRow &
	Pick<State, 'roomCount' | 'memberCount' | 'invitationCount'> & {
		readSeq: number | null;
		cameBy: string | null;
		invitation: string | null;
	};

export interface OtherRow {
	isMember: number;
	invitation: string | null;
}

export interface SessionRow {
	tokenHash: Uint8Array;
}

/** A row of `rooms` from an engine: SQLite returns 0 and 1 for booleans. */
export type RoomRow = Omit<RowOf<'rooms'>, 'isPrivate'> & { isPrivate: boolean | number };

/** A row of `rooms` for the rules. */
export function toRoom<Row extends RoomRow>(row: Row): Omit<Row, 'isPrivate'> & { isPrivate: boolean } {
	return { ...row, isPrivate: Boolean(row.isPrivate) };
}

/** Builds the state for rules from the loaded rows. */
export function toState(
	{ userId }: Subject,
	{ readSeq, cameBy, roomCount, memberCount, invitationCount, invitation, ...room }: StateRow,
	others: readonly OtherRow[],
	sessions: readonly SessionRow[]
): State {
	// A left join without a match returns nulls.
	const isThere = (room.room as string | null) !== null;
	return {
		room: isThere ? toRoom(room) : undefined,
		membership: readSeq === null ? undefined : { userId, room: room.room, readSeq, invitation: cameBy },
		roomCount,
		memberCount,
		invitationCount,
		invitation: invitation ?? undefined,
		other: {
			isMember: others.some(({ isMember }) => isMember === 1),
			opened: others.flatMap((row) => row.invitation ?? [])
		},
		sessions: sessions.map(({ tokenHash }) => Buffer.from(tokenHash).toString('hex'))
	};
}
