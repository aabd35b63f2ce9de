/** A moment of the server at which it can be ended. */
export type Point = 'before-insert' | 'before-commit' | 'after-commit' | 'broadcast';

/** A command of a test to the faults inside a server process. */
export type FaultCommand =
	/** Ends the process, or its store's thread, when the point is reached for the n-th time from now. */
	| { fault: 'end'; point: Point; nth: number; what: 'process' | 'worker' }
	/** Withholds the next `count` packets with new entries from a socket, for `delayMs` or (undefined) for ever. */
	| { fault: 'withhold'; socketId: string; count: number; delayMs?: number }
	| { fault: 'clock'; offsetMs: number }
	| { fault: 'disk'; isFull: boolean }
	/** Ends the thread of the store at once. */
	| { fault: 'end-worker' }
	/** Ends all faults that have not happened yet. */
	| { fault: 'calm' };

/** A report of the process: it listens, or has confirmed a command. */
export type FaultReport = { listening: number; pid: number } | { done: number };
