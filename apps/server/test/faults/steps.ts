import type { ChangeKind } from '@digda/testkit/entries.ts';
import type { Point } from '@digda/testkit/faults/commands.ts';
import type { Direction } from '@digda/testkit/proxy/Proxy.ts';

interface OfClient {
	/** The index of the browser. */
	client: number;
}

interface OfPage extends OfClient {
	/** The number of an open page of the browser. Numbers beyond the last wrap around. */
	page: number;
}

interface OfRoom extends OfPage {
	room: string;
}

/** The steps for browsers and their connections. */
export type BrowserStep =
	/** A page types `count` texts at once. */
	| ({ do: 'say'; count: number; size: number } & OfRoom)
	/** Waits for this many more acknowledgements of a browser, up to a deadline. */
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
	/** A page sends a message and receives nothing, while another device of the same person changes it. */
	| ({ do: 'change-unseen'; kind: ChangeKind } & OfRoom)
	/** The owner of the private room changes messages there without an outbox. */
	| { do: 'moderate'; kinds: ChangeKind[] }
	/** Acknowledged entries of a browser are sent again over another connection. */
	| ({ do: 'resend'; count: number } & OfClient)
	/** A page goes back in the history by a part of the log, while others change the messages there. */
	| ({ do: 'look-back'; part: number; kinds: ChangeKind[] } & OfRoom)
	/** A page marks a part of its messages as read. */
	| ({ do: 'mark-read'; part: number } & OfRoom)
	/** A page types, and discards the text, perhaps before it is sent. */
	| ({ do: 'discard'; isOffline: boolean } & OfRoom)
	/** Several connections of a user send the same messages at once, and then the same changes of them. */
	| ({ do: 'duplicates'; count: number; kinds: ChangeKind[]; connections: number; room: string } & OfClient)
	/** A page is disconnected while others send many messages, and change new and old ones. */
	| ({ do: 'away'; missed: number; kinds: ChangeKind[] } & OfRoom)
	/** A page types, and is reloaded meanwhile, or while an entry is in flight. */
	| ({ do: 'reload'; count: number; isMuted: boolean } & OfRoom)
	| ({ do: 'lose-token'; count: number } & OfRoom)
	/** A browser opens another page. */
	| ({ do: 'open-tab' } & OfClient)
	/** The user of a page, who types there, is removed from the private room. */
	| ({ do: 'remove'; count: number } & OfPage)
	/** A browser opens an invitation over several connections at once, while it may be revoked. */
	| ({ do: 'invite'; connections: number; isRevoked: boolean } & OfClient)
	/** A browser and a stranger open a revoked invitation: its own, or that of a removed member. */
	| ({ do: 'open-void'; isOwn: boolean } & OfClient)
	/** A page types, connected or not, and is closed meanwhile. Another page of its browser stays. */
	| ({ do: 'close-tab'; count: number; isOffline: boolean } & OfRoom);

/** The steps for the server. */
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

/** A step of a schedule. `…Ms` is the duration of a fault. */
export type Step = BrowserStep | ServerStep;

/** The kinds of steps. */
export type StepKind = Step['do'];
