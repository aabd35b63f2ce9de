/** The most that one call empties: a commit behind it waits a few milliseconds at most. */
export const RETENTION_BATCH = {
	/** Rooms that are looked at. */
	rooms: 100,
	messages: 100,
	/** UTF-8. */
	bytes: 64 * 1024
} as const;

/** Messages before `before` are old; a time after `now` was never right. */
export interface Times {
	before: number;
	now: number;
}

/** A room that may hold old messages. */
export interface EmptiableRoom {
	room: string;
	head: number;
	/** Its messages up to this one have no text. */
	emptiedTo: number;
	/** The times of the first message after those and of the newest one; null where there is none. */
	firstAt: number | null;
	newestAt: number | null;
}

export interface SizedMessage {
	seq: number;
	sentAt: number;
	/** UTF-8 of its text. */
	bytes: number;
}

/** Tells whether the first message with a text may be emptied: only then the messages of the room are loaded. */
export function isDue({ firstAt, newestAt }: EmptiableRoom, times: Times): boolean {
	return firstAt !== null && mayPass(firstAt, newestAt, times);
}

/**
 * Decides how far a room is emptied now.
 * @param messages the first that are not emptied yet, at most `RETENTION_BATCH.messages`
 * @returns the `seq` up to which, and whether more of the room may be old
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

/** A message with a time to come is as old as the next one, unless the newest has one too: then it is the clock that is wrong. */
function mayPass(sentAt: number, newestAt: number | null, { before, now }: Times): boolean {
	return sentAt < before || (sentAt > now && (newestAt ?? 0) <= now);
}
