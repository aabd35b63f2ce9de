import type { Point } from './commands.ts';
import type { Direction } from './Proxy.ts';

interface OfClient {
	/** The index of the browser. */
	client: number;
}

interface OfRoom extends OfClient {
	room: string;
}

/** What can happen in a schedule, one thing after the other. `…Ms` are moments that a fault lasts. */
export type Step =
	/** A browser types `count` texts in one go. */
	| ({ do: 'say'; count: number; size: number } & OfRoom)
	/** Waits until so many more messages of a browser are acknowledged, but not for ever. */
	| ({ do: 'acknowledged'; count: number } & OfClient)
	| { do: 'kill'; afterMs: number; isAwaited: boolean }
	| { do: 'kill-at'; point: Point; nth: number }
	| { do: 'pause'; pauseMs: number }
	| ({ do: 'mute'; directions: Direction[] } & OfClient)
	| ({ do: 'end' | 'reset' } & OfClient)
	| ({ do: 'slice' } & OfClient)
	| ({ do: 'slow'; delayMs: number } & OfClient)
	| ({ do: 'black-hole' } & OfClient)
	/** The faults of a browser's network end. */
	| ({ do: 'heal' } & OfClient)
	| ({ do: 'withhold'; count: number; delayMs?: number } & OfClient)
	| { do: 'clock'; offsetMs: number }
	/** The same messages at once over several connections of one user. */
	| ({ do: 'duplicates'; count: number; connections: number } & OfRoom)
	/** A browser is away while others say a lot. */
	| ({ do: 'away'; missed: number } & OfRoom)
	/** A browser types, and its page ends in the middle of it, or when an entry is on its way. */
	| ({ do: 'reload'; count: number; isMuted: boolean } & OfRoom)
	| ({ do: 'lose-token'; count: number } & OfRoom)
	/** The disk is full while a browser types. */
	| ({ do: 'full-disk'; count: number } & OfRoom)
	| ({ do: 'end-worker'; point?: Point } & OfRoom)
	| { do: 'copy-database' }
	| { do: 'restore-database' };

/** What kinds of steps there are. */
export type StepKind = Step['do'];
