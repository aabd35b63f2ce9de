import type { ChangeKind } from '@digda/testkit/entries.ts';
import type { Point } from '@digda/testkit/faults/commands.ts';
import type { Direction } from '@digda/testkit/proxy/Proxy.ts';

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
	/** A page changes messages that it shows, and does not wait. */
	| ({ do: 'change'; kinds: ChangeKind[] } & OfRoom)
	/** A page says something and hears nothing, while another device of the same person changes it. */
	| ({ do: 'change-unseen'; kind: ChangeKind } & OfRoom)
	/** The owner of the private room changes messages there by hand. */
	| { do: 'moderate'; kinds: ChangeKind[] }
	/** What a browser was told to have stored is sent again by hand, over another connection. */
	| ({ do: 'resend'; count: number } & OfClient)
	/** A page goes back to a place in history, a part of the log, while others change what it shows there. */
	| ({ do: 'look-back'; part: number; kinds: ChangeKind[] } & OfRoom)
	/** A page marks a part of what it shows as read. */
	| ({ do: 'mark-read'; part: number } & OfRoom)
	/** A page types, and throws it away, perhaps before it is sent. */
	| ({ do: 'discard'; isOffline: boolean } & OfRoom)
	/** The same messages at once over several connections of one user, and then the same changes of them. */
	| ({ do: 'duplicates'; count: number; kinds: ChangeKind[]; connections: number; room: string } & OfClient)
	/** A page is away while others say a lot, and change some of that and of what it shows. */
	| ({ do: 'away'; missed: number; kinds: ChangeKind[] } & OfRoom)
	/** A page types, and ends in the middle of it, or when an entry is on its way. */
	| ({ do: 'reload'; count: number; isMuted: boolean } & OfRoom)
	| ({ do: 'lose-token'; count: number } & OfRoom)
	/** One more page of a browser. */
	| ({ do: 'open-tab' } & OfClient)
	/** The user of a page, who types there, is removed from the private room. */
	| ({ do: 'remove'; count: number } & OfPage)
	/** A browser opens an invitation to it over several connections at once, when it may just be revoked. */
	| ({ do: 'invite'; connections: number; isRevoked: boolean } & OfClient)
	/** A browser and a stranger open an invitation that is void: of its own, or of somebody who was removed. */
	| ({ do: 'open-void'; isOwn: boolean } & OfClient)
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
