import type { Point } from './commands.ts';
import type { Direction } from './Proxy.ts';

interface OfClient {
	/** The index of the browser. */
	client: number;
}

interface OfPage extends OfClient {
	/** The number of an open page of the browser; beyond the last they are counted from the first on. */
	page: number;
}

interface OfRoom extends OfPage {
	room: string;
}

/** What happens to browsers and their lines. */
export type BrowserStep =
	/** A page types `count` texts in one go. */
	| ({ do: 'say'; count: number; size: number } & OfRoom)
	/** Waits until so many more messages of a browser are acknowledged, but not for ever. */
	| ({ do: 'acknowledged'; count: number } & OfClient)
	| ({ do: 'mute'; directions: Direction[] } & OfClient)
	| ({ do: 'end' | 'reset' } & OfClient)
	| ({ do: 'slice' } & OfClient)
	| ({ do: 'slow'; delayMs: number } & OfClient)
	| ({ do: 'black-hole' } & OfClient)
	/** The faults of a browser's network end. */
	| ({ do: 'heal' } & OfClient)
	| ({ do: 'withhold'; count: number; delayMs?: number } & OfPage)
	/** A page takes back something that it said, and does not wait. */
	| ({ do: 'delete' } & OfRoom)
	/** The same messages at once over several connections of one user. */
	| ({ do: 'duplicates'; count: number; connections: number; room: string } & OfClient)
	/** A page is away while others say a lot. */
	| ({ do: 'away'; missed: number } & OfRoom)
	/** A page types, and ends in the middle of it, or when an entry is on its way. */
	| ({ do: 'reload'; count: number; isMuted: boolean } & OfRoom)
	| ({ do: 'lose-token'; count: number } & OfRoom)
	/** One more page of a browser. */
	| ({ do: 'open-tab' } & OfClient)
	/** A page types, connected or not, and is closed in the middle of it; another one of its browser stays. */
	| ({ do: 'close-tab'; count: number; isOffline: boolean } & OfRoom);

/** What happens to the one server. */
export type ServerStep =
	| { do: 'kill'; afterMs: number; isAwaited: boolean }
	| { do: 'kill-at'; point: Point; nth: number }
	| { do: 'pause'; pauseMs: number }
	| { do: 'clock'; offsetMs: number }
	/** The disk is full while a page types. */
	| ({ do: 'full-disk'; count: number } & OfRoom)
	| ({ do: 'end-worker'; point?: Point } & OfRoom)
	| { do: 'copy-database' }
	| { do: 'restore-database' };

/** What can happen in a schedule, one thing after the other. `…Ms` are moments that a fault lasts. */
export type Step = BrowserStep | ServerStep;

/** What kinds of steps there are. */
export type StepKind = Step['do'];
