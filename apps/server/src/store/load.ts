import { otherIn, type Invitation, type User } from '@digda/protocol';
import { toMembership, type InvitationState, type State, type Subject } from '../rules/state.ts';
import type { Membership } from './store.ts';
import { selected, type RowOf } from './schema.ts';

// Statements that load the state for rules. Both engines understand them.

/** The room of a subject, named directly or by an invitation. */
export const ROOM_OF_SUBJECT = 'coalesce($1, (SELECT room FROM invitations WHERE secret_hash = $2))';

/** Always returns one row. Parameters: room, hash of a secret, requester. */
export const FIND_STATE = `
	SELECT ${selected('rooms')},
		members.read_seq AS "readSeq", members.invitation AS "cameBy", members.is_pinned AS "isPinned",
		members.is_muted AS "isMuted", members.is_opener AS "isOpener",
		(SELECT count(*) FROM members WHERE user_id = $3 AND is_opener IS NULL) AS "roomCount",
		(SELECT count(*) FROM members WHERE user_id = $3 AND is_opener) AS "directCount",
		CASE WHEN $2 IS NULL THEN 0
			ELSE (SELECT count(*) FROM members AS all_members WHERE all_members.room = rooms.room) END AS "memberCount",
		given.id AS "invitation", given.expires_at AS "expiresAt", given.max_uses AS "maxUses", given.uses
	FROM (SELECT 1) AS one
		LEFT JOIN rooms ON rooms.room = ${ROOM_OF_SUBJECT}
		LEFT JOIN members ON members.user_id = $3 AND members.room = rooms.room
		LEFT JOIN invitations AS given ON given.secret_hash = $2`;

/** The invitations of a room. Parameter: the room. */
export const FIND_INVITATIONS =
	'SELECT id, expires_at AS "expiresAt", max_uses AS "maxUses", uses FROM invitations WHERE room = $1';

/** The invitations of a room that admit people, as a list shows them. Parameters: the room, the time. */
export const LIST_INVITATIONS = `
	SELECT id, created_at AS "createdAt", expires_at AS "expiresAt", max_uses AS "maxUses",
		(SELECT count(*) FROM members WHERE room = invitations.room AND invitation = invitations.id) AS "memberCount"
	FROM invitations
	WHERE room = $1 AND coalesce(expires_at > $2, TRUE) AND coalesce(uses < max_uses, TRUE)
	ORDER BY created_at, id`;

/** The other person of a direct room, and whether they share a room with the requester. Parameters: both. */
export const FIND_PARTNER = `
	SELECT id, name, EXISTS (
		SELECT 1 FROM members AS own JOIN members AS theirs ON theirs.room = own.room AND theirs.user_id = users.id
		WHERE own.user_id = $1
	) AS shares
	FROM users WHERE id = $2`;

/** The membership of another person, and the invitations that they have opened. Parameters: room, person. */
export const FIND_OTHER = `
	SELECT 1 AS "isMember", NULL AS invitation FROM members WHERE room = $1 AND user_id = $2
	UNION ALL SELECT 0, invitation FROM ways_in WHERE room = $1 AND user_id = $2`;

/** The people whom a person blocks. Parameter: the person. */
export const FIND_BLOCKED = 'SELECT blocked_id AS "blockedId" FROM blocks WHERE user_id = $1 ORDER BY blocked_id';

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

/** Public rooms by activity. Parameters: the limit, the pattern from `patternOf`. */
export const FIND_PUBLIC = `
	SELECT ${selected('rooms')} FROM rooms
	WHERE NOT is_private AND closed_at IS NULL AND replace(room, '-', '') LIKE $2 ESCAPE '!'
	ORDER BY last_at DESC, room LIMIT $1`;

/** The pattern for names that contain a result of `toRoomQuery`. */
export function patternOf(part: string): string {
	return `%${part.replace(/[!%_]/g, '!$&')}%`;
}

/** The rooms of a person in the order of their titles. Parameter: the person. */
export const FIND_OWN = `
	SELECT ${selected('rooms')}, read_seq AS "readSeq", is_pinned AS "isPinned", is_muted AS "isMuted",
		is_opener AS "isOpener", CASE WHEN is_opener IS NULL THEN NULL ELSE (
			SELECT name FROM members AS pair JOIN users ON id = pair.user_id
			WHERE pair.room = members.room AND pair.user_id <> members.user_id
		) END AS "otherName"
	FROM members JOIN rooms USING (room)
	WHERE user_id = $1 ORDER BY title, room`;

/** Whether the first message from the middle of a search on is older than the time. Null without such a message. */
const IS_BEFORE = `(
	SELECT sent_at FROM messages WHERE room = $2 AND seq >= (low + high) / 2 ORDER BY seq LIMIT 1
) < $3`;

/**
 * Halves the log of a room until one `seq` is left, at or before the first message at or after a time. No row for a
 * non-member. Parameters: reader, room, time.
 */
export const FIND_AT = `
	WITH RECURSIVE search (low, high) AS (
		SELECT CAST(1 AS BIGINT), head + 1 FROM members JOIN rooms USING (room)
		WHERE members.user_id = $1 AND members.room = $2
		UNION ALL
		SELECT CASE WHEN ${IS_BEFORE} THEN (low + high) / 2 + 1 ELSE low END,
			CASE WHEN ${IS_BEFORE} THEN high ELSE (low + high) / 2 END
		FROM search WHERE low < high
	)
	SELECT coalesce(
		(SELECT seq FROM messages WHERE room = $2 AND seq >= low ORDER BY seq LIMIT 1),
		(SELECT seq FROM messages WHERE room = $2 ORDER BY seq DESC LIMIT 1),
		0
	) AS seq FROM search WHERE low = high`;

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

/** A message that a member may see. Parameters: the reader, room, author and id. */
export const FIND_FOR_MEMBER = `
	SELECT seq, text, coalesce(original, text) AS original, author_id AS "authorId", sent_at AS "sentAt" FROM messages
		JOIN members ON members.room = messages.room AND members.user_id = $1
	WHERE messages.room = $2 AND author_id = $3 AND id = $4 AND is_topic = 0
		AND (hidden = 0 OR author_id = $1)`;

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
	Pick<State, 'roomCount' | 'directCount' | 'memberCount'> & {
		readSeq: number | null;
		cameBy: string | null;
		isPinned: boolean | number | null;
		isMuted: boolean | number | null;
		isOpener: boolean | number | null;
		invitation: string | null;
		expiresAt: number | null;
		maxUses: number | null;
		uses: number | null;
	};

/** A row of `LIST_INVITATIONS`. */
export interface InvitationRow extends Pick<Invitation, 'id' | 'createdAt' | 'memberCount'> {
	expiresAt: number | null;
	maxUses: number | null;
}

/** A row of `LIST_INVITATIONS` as an owner sees it. */
export function toInvitation({ expiresAt, maxUses, ...invitation }: InvitationRow): Invitation {
	return { ...invitation, ...(expiresAt !== null && { expiresAt }), ...(maxUses !== null && { maxUses }) };
}

export interface PartnerRow extends User {
	shares: boolean | number;
}

export interface OtherRow {
	isMember: number;
	invitation: string | null;
}

export type BlockedRow = Pick<RowOf<'blocks'>, 'blockedId'>;

export interface SessionRow {
	tokenHash: Uint8Array;
}

/** A row of `rooms` from an engine: SQLite returns 0 and 1 for booleans. */
export type RoomRow = Omit<RowOf<'rooms'>, 'isPrivate'> & { isPrivate: boolean | number };

/** A row of `rooms` for the rules. */
export function toRoom<Row extends RoomRow>(row: Row): Omit<Row, 'isPrivate'> & { isPrivate: boolean } {
	return { ...row, isPrivate: Boolean(row.isPrivate) };
}

/** A row of `FIND_OWN`. */
export interface OwnRow extends RoomRow {
	readSeq: number;
	isPinned: boolean | number;
	isMuted: boolean | number;
	isOpener: boolean | number | null;
	/** The name of the other person of a direct room. */
	otherName: string | null;
}

/** The membership of a row of `FIND_OWN`. */
export function toOwnMembership(userId: string, { readSeq, otherName, ...row }: OwnRow): Membership {
	const own = {
		readSeq,
		isPinned: Boolean(row.isPinned),
		isMuted: Boolean(row.isMuted),
		isOpener: toFlag(row.isOpener)
	};
	const id = otherIn(row.room, userId);
	return toMembership(toRoom(row), own, id === undefined || otherName === null ? undefined : { id, name: otherName });
}

function toFlag(value: boolean | number | null): boolean | null {
	return value === null ? null : Boolean(value);
}

/** Builds the state for rules from the loaded rows. */
export function toState(
	{ userId }: Subject,
	{
		readSeq,
		cameBy,
		isPinned,
		isMuted,
		isOpener,
		roomCount,
		directCount,
		memberCount,
		invitation,
		expiresAt,
		maxUses,
		uses,
		...room
	}: StateRow,
	partner: PartnerRow | undefined,
	others: readonly OtherRow[],
	invitations: readonly InvitationState[],
	blocked: readonly BlockedRow[],
	sessions: readonly SessionRow[]
): State {
	// A left join without a match returns nulls.
	const isThere = (room.room as string | null) !== null;
	return {
		room: isThere ? toRoom(room) : undefined,
		membership:
			readSeq === null
				? undefined
				: {
						...{ userId, room: room.room, readSeq, invitation: cameBy },
						...{ isPinned: Boolean(isPinned), isMuted: Boolean(isMuted), isOpener: toFlag(isOpener) }
					},
		roomCount,
		directCount,
		partner: partner && { id: partner.id, name: partner.name, shares: Boolean(partner.shares) },
		memberCount,
		invitations,
		invitation: invitation === null ? undefined : { id: invitation, expiresAt, maxUses, uses: uses ?? 0 },
		other: {
			isMember: others.some(({ isMember }) => isMember === 1),
			opened: others.flatMap((row) => row.invitation ?? [])
		},
		blocked: blocked.map(({ blockedId }) => blockedId),
		sessions: sessions.map(({ tokenHash }) => Buffer.from(tokenHash).toString('hex'))
	};
}
