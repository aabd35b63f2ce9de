/** The most work of one call: it delays a commit by a few milliseconds at most. */
export const RETENTION_BATCH = {
	/** Rooms to examine. */
	rooms: 100,
	messages: 100,
	/** Text size in bytes of UTF-8. */
	bytes: 64 * 1024
} as const;

/** Messages from before `before` are old. A time after `now` comes from a wrong clock. */
export interface Times {
	before: number;
	now: number;
}

/** A room that may hold old messages. */
export interface EmptiableRoom {
	room: string;
	head: number;
	/** The `seq` up to which its messages are emptied. */
	emptiedTo: number;
	/** The times of the first message after `emptiedTo` and of the newest message; null without one. */
	firstAt: number | null;
	newestAt: number | null;
}

export interface SizedMessage {
	seq: number;
	sentAt: number;
	/** The size of its text in bytes of UTF-8. */
	bytes: number;
}

/** Whether the first message that is not emptied may be old. Only then are the messages of the room loaded. */
export function isDue({ firstAt, newestAt }: EmptiableRoom, times: Times): boolean {
	return firstAt !== null && mayPass(firstAt, newestAt, times);
}

/**
 * Decides how far a room is emptied now.
 * @param messages the first messages that are not emptied, at most `RETENTION_BATCH.messages`
 * @returns the last `seq` to empty, and whether more of the room may be old
 */
export function reachOf(room: EmptiableRoom, messages: readonly SizedMessage[], times: Times) {
	let [upTo, bytes] = [room.emptiedTo, 0];
	for (const message of messages) {
		if (!mayPass(message.sentAt, room.newestAt, times)) return { upTo, isFull: false };
		if (message.sentAt < times.before) upTo = message.seq;
		bytes += message.bytes;
		if (bytes >= RETENTION_BATCH.bytes) return { upTo, isFull: true };
	}
	return { upTo, isFull: messages.length === RETENTION_BATCH.messages };
}

/**
 * Whether a message may be emptied or skipped. A message with a future time counts as old as the next message. If the
 * newest message has a future time too, the present clock is wrong.
 */
function mayPass(sentAt: number, newestAt: number | null, { before, now }: Times): boolean {
	return sentAt < before || (sentAt > now && (newestAt ?? 0) <= now);
}
