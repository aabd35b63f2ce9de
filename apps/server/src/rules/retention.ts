/** One call empties at most so much, so that a commit behind it waits a few milliseconds at most. */
export const RETENTION_BATCH = {
	/** Rooms that are looked at. */
	rooms: 100,
	messages: 100,
	/** Of UTF-8. */
	bytes: 64 * 1024
} as const;

/** Messages before `before` are old; a time after `now` was never right. */
export interface Times {
	before: number;
	now: number;
}

/** A room of which something may be old. */
export interface EmptiableRoom {
	room: string;
	head: number;
	/** Its messages up to this one have no text. */
	emptiedTo: number;
	/** When the first message after those was sent, and the newest one; null where there is none. */
	firstAt: number | null;
	newestAt: number | null;
}

export interface SizedMessage {
	seq: number;
	sentAt: number;
	/** Of its text. */
	bytes: number;
}

/** Whether the first message that has a text may be emptied: only then its room is looked at. */
export function isDue({ firstAt, newestAt }: EmptiableRoom, times: Times): boolean {
	return firstAt !== null && mayPass(firstAt, newestAt, times);
}

/**
 * How far a room is to be emptied now.
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
