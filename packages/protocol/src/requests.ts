import * as v from 'valibot';
import { MAX_INVITATION_MS, MAX_INVITATION_USES, MAX_PACKET_MESSAGES, MIN_INVITATION_MS, PAGE_SIZE } from './limits.ts';
import { Emoji, Target } from './entries/index.ts';
import { EntryId, request, RoomId, UserId } from './fields.ts';
import { DisplayName, InvitationSecret, RoomTitle } from './names.ts';
import { RoomQuery } from './room-names.ts';

const wholeNumber = (help: string) => v.pipe(v.number(help), v.safeInteger(help), v.minValue(0, help));
const Seq = wholeNumber('seq is not a whole number from 0 on');
const Time = wholeNumber('the time is not a whole number of milliseconds from 0 on');

/** A whole number of a range. */
/* @__NO_SIDE_EFFECTS__ */
function between(name: string, min: number, max: number) {
	const help = `${name} is not a whole number from ${min} to ${max}`;
	return v.pipe(v.number(help), v.integer(help), v.minValue(min, help), v.maxValue(max, help));
}

const Limit = between('limit', 1, MAX_PACKET_MESSAGES);

export const Ping = request({});

export const ListRooms = request({});

/** Finds public rooms by a part of their names; an empty query finds every room. */
export const FindRooms = request({ query: RoomQuery });

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

export const SetRoom = request({
	room: RoomId,
	isPinned: v.optional(v.boolean('isPinned is not a boolean')),
	isMuted: v.optional(v.boolean('isMuted is not a boolean'))
});
/** New settings; an absent one stays as it is. */
export type SettingsChange = Omit<v.InferOutput<typeof SetRoom>, 'room'>;

export const CreateRoom = request({ title: RoomTitle });

export const RenameRoom = request({ room: RoomId, title: RoomTitle });

export const CloseRoom = request({ room: RoomId });

export const ListMembers = request({ room: RoomId });

export const RemoveMember = request({ room: RoomId, userId: UserId });

/** `expiresIn` is the lifetime in milliseconds. Without it or `maxUses` the invitation has no such end. */
export const Invite = request({
	room: RoomId,
	expiresIn: v.optional(between('expiresIn', MIN_INVITATION_MS, MAX_INVITATION_MS)),
	maxUses: v.optional(between('maxUses', 1, MAX_INVITATION_USES))
});
/** The end of an invitation; an absent field sets none. */
export type InvitationEnd = Omit<v.InferOutput<typeof Invite>, 'room'>;

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

/** Finds the first message at or after a time, in milliseconds since the epoch. */
export const FindHistory = request({ room: RoomId, at: Time });

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

/** Blocks a person in direct rooms, or ends that. */
export const BlockPerson = request({ userId: UserId, isBlocked: v.boolean('isBlocked is not a boolean') });

export const Rename = request({ name: DisplayName });

export const SetTyping = request({
	room: RoomId,
	isTyping: v.boolean('isTyping is not a boolean')
});
