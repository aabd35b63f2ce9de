/** One call empties at most so much, so that a commit behind it waits a few milliseconds at most. */
export const RETENTION_BATCH = {
	/** Rooms that are looked at. */
	rooms: 100,
	messages: 100,
	/** Of UTF-8. */
	bytes: 64 * 1024
} as const;
