/** A moment of the server at which it can be ended. */
export type Point = 'before-insert' | 'before-commit' | 'after-commit' | 'broadcast';

/** What a test tells the faults inside a server process. */
export type FaultCommand =
	/** Ends the process, or its store's thread, when the point is reached for the n-th time from now. */
	| { fault: 'end'; point: Point; nth: number; what: 'process' | 'worker' }
	/** Withholds the next `count` packets of new messages from a socket, for a while or (undefined) for ever. */
	| { fault: 'withhold'; socketId: string; count: number; delayMs?: number }
	| { fault: 'clock'; offsetMs: number }
	| { fault: 'disk'; isFull: boolean }
	/** Ends the store's thread, whatever it does. */
	| { fault: 'end-worker' }
	/** Ends all faults but what has happened. */
	| { fault: 'calm' };

/** What the process says of itself. */
export type FaultReport = { listening: number; pid: number } | { done: number };
