import type { RawEntry } from './RawAuthor.ts';
import type { KnownIdentity } from './BrowserIdentity.ts';

/** An entry that a server said to have stored. */
export interface Acknowledged {
	/** As it was sent. */
	entry: RawEntry;
	seq: number;
	userId: string;
	/** By which it can be sent again. */
	identity: KnownIdentity;
}

/** A text that somebody typed; no other is the same. */
export interface Typed {
	browser: string;
	/** The tab of the browser in which it was typed. */
	page: string;
	room: string;
	text: string;
	/** Whether the outbox said to have it. */
	isSafe: boolean;
}

/** What the people of a schedule were promised. */
export class Ledger {
	readonly acknowledged: Acknowledged[] = [];
	/** Texts that somebody has asked to delete: the log may have them or not. */
	readonly doomed = new Set<string>();
	/** Texts that an outbox gave up: tried again, they come after what was typed later. */
	readonly givenUp = new Set<string>();
	/** Texts that an outbox threw away before they were sent. */
	readonly discarded = new Set<string>();
	/** In the order of typing. */
	readonly typed: Typed[] = [];
	/** Texts that went out again under another identity: no order is promised between them and the others. */
	readonly adopted = new Set<string>();
	/** Ids of entries that were in the log until an older database was put in its place. */
	readonly undone = new Set<string>();
	/** The texts of those. */
	readonly undoneTexts = new Set<string>();
	readonly counts = new Map<string, number>();
	/** What went wrong on the way. */
	readonly complaints: string[] = [];

	/** The deletions that a server said to have stored. */
	get deletions(): Acknowledged[] {
		return this.acknowledged.filter(({ entry }) => entry.kind === 'delete');
	}

	/** A server has answered. */
	acknowledge(entry: RawEntry, seq: number, userId: string, identity: KnownIdentity): void {
		this.acknowledged.push({ entry, seq, userId, identity: { ...identity } });
		this.count(`acknowledged: ${entry.kind}`);
	}

	/** Counts something for the figures at the end. */
	count(what: string, times = 1): void {
		this.counts.set(what, (this.counts.get(what) ?? 0) + times);
	}
}

/** Adds up what several ledgers counted. */
export function sumCounts(ledgers: Iterable<ReadonlyMap<string, number>>): Map<string, number> {
	const sum = new Map<string, number>();
	for (const counts of ledgers) {
		for (const [what, times] of counts) sum.set(what, (sum.get(what) ?? 0) + times);
	}
	return sum;
}
