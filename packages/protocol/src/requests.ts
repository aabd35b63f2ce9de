import * as v from 'valibot';
import { MAX_PACKET_MESSAGES, PAGE_SIZE } from './limits.ts';
import { Emoji, Target } from './entries/index.ts';
import { EntryId, request, RoomId, UserId } from './fields.ts';
import { DisplayName, InvitationSecret, RoomTitle } from './names.ts';

const SEQ_HELP = 'seq is not a whole number from 0 on';
const Seq = v.pipe(v.number(SEQ_HELP), v.safeInteger(SEQ_HELP), v.minValue(0, SEQ_HELP));

const LIMIT_HELP = `limit is not a whole number from 1 to ${MAX_PACKET_MESSAGES}`;
const Limit = v.pipe(
	v.number(LIMIT_HELP),
	v.integer(LIMIT_HELP),
	v.minValue(1, LIMIT_HELP),
	v.maxValue(MAX_PACKET_MESSAGES, LIMIT_HELP)
);

export const Ping = request({});

export const ListRooms = request({});

/**
 * A client that holds part of the log describes it: `from` is the `seq` of its first message, `after` the last `seq`.
 * `afterId` is the id of the entry at `after`, and `epoch` names the log.
 */
export const JoinRoom = request({
	room: RoomId,
	from: v.optional(Seq),
	after: v.optional(Seq),
	afterId: v.optional(EntryId),
	epoch: v.optional(v.pipe(v.string(), v.maxLength(64)))
});
export type JoinRoom = v.InferInput<typeof JoinRoom>;

export const LeaveRoom = request({ room: RoomId });

export const CreateRoom = request({ title: RoomTitle });

export const RenameRoom = request({ room: RoomId, title: RoomTitle });

export const CloseRoom = request({ room: RoomId });

export const ListMembers = request({ room: RoomId });

export const RemoveMember = request({ room: RoomId, userId: UserId });

export const Invite = request({ room: RoomId });

/** Revokes one invitation, or all of a room. */
export const Revoke = request({ room: RoomId, invitation: v.optional(UserId) });

/** Reads an invitation without accepting it. */
export const PreviewInvitation = request({ secret: InvitationSecret });

export const AcceptInvitation = request({ secret: InvitationSecret });

/** Requests the messages nearest before a `seq`, after it, or around it: exactly one of the three. */
export const ReadHistory = v.pipe(
	request({
		room: RoomId,
		before: v.optional(Seq),
		after: v.optional(Seq),
		around: v.optional(Seq),
		limit: v.optional(Limit, PAGE_SIZE)
	}),
	v.check(
		({ before, after, around }) => [before, after, around].filter((seq) => seq !== undefined).length === 1,
		'expected one of before, after and around'
	)
);
export type ReadHistory = v.InferInput<typeof ReadHistory>;

/** Requests the earlier versions of an own message. */
export const ReadVersions = request({ room: RoomId, target: Target });

/** Requests the people who have set a reaction to a message. */
export const ReadReactors = request({ room: RoomId, target: Target, emoji: Emoji });

export const MarkRead = request({ room: RoomId, seq: Seq });

/**
 * The client generates the token and stores it before the request, so a lost answer loses no session. It is 256 random
 * bits in base64url.
 */
export const RotateSession = request({
	token: v.pipe(v.string('the token is not a string'), v.regex(/^[\w-]{43}$/, 'the token has an invalid form'))
});

export const Rename = request({ name: DisplayName });

export const SetTyping = request({
	room: RoomId,
	isTyping: v.boolean('isTyping is not a boolean')
});
