import type { RawEntry } from './RawAuthor.ts';
import type { KnownIdentity } from './BrowserIdentity.ts';

/** An acknowledged entry. */
export interface Acknowledged {
	/** The entry as it was sent. */
	entry: RawEntry;
	seq: number;
	userId: string;
	/** The identity that can send it again. */
	identity: KnownIdentity;
}

/** A typed text. All texts are different. */
export interface Typed {
	browser: string;
	/** The browser tab in which it was typed. */
	page: string;
	room: string;
	text: string;
	/** Whether the outbox has confirmed it. */
	isSafe: boolean;
}

/** The promises to the people of a schedule. */
export class Ledger {
	readonly acknowledged: Acknowledged[] = [];
	/** Texts with a request for deletion: the log may have them or not. */
	readonly doomed = new Set<string>();
	/** Texts that an outbox gave up: after a retry, they come after later ones. */
	readonly givenUp = new Set<string>();
	/** Texts that an outbox discarded before they were sent. */
	readonly discarded = new Set<string>();
	/** All typed texts, in the order of typing. */
	readonly typed: Typed[] = [];
	/** Texts that were sent again under another identity: their order is not promised. */
	readonly adopted = new Set<string>();
	/** Ids of entries that an older database has undone. */
	readonly undone = new Set<string>();
	/** Texts of entries that an older database has undone. */
	readonly undoneTexts = new Set<string>();
	readonly counts = new Map<string, number>();
	/** Broken promises so far. */
	readonly complaints: string[] = [];

	/** The acknowledged deletions. */
	get deletions(): Acknowledged[] {
		return this.acknowledged.filter(({ entry }) => entry.kind === 'delete');
	}

	/** Records an acknowledgement. */
	acknowledge(entry: RawEntry, seq: number, userId: string, identity: KnownIdentity): void {
		this.acknowledged.push({ entry, seq, userId, identity: { ...identity } });
		this.count(`acknowledged: ${entry.kind}`);
	}

	/** Counts an event for the figures at the end. */
	count(what: string, times = 1): void {
		this.counts.set(what, (this.counts.get(what) ?? 0) + times);
	}
}

/** Adds up the counts of several ledgers. */
export function sumCounts(ledgers: Iterable<ReadonlyMap<string, number>>): Map<string, number> {
	const sum = new Map<string, number>();
	for (const counts of ledgers) {
		for (const [what, times] of counts) sum.set(what, (sum.get(what) ?? 0) + times);
	}
	return sum;
}
