import type { Club } from './Club.ts';
import type { FaultClient } from './FaultClient.ts';
import type { FaultCommand } from '@digda/testkit/faults/commands.ts';
import type { Ledger } from './Ledger.ts';
import type { RawAuthor } from './RawAuthor.ts';
import type { Stored } from './read-log.ts';
import type { KnownIdentity } from './BrowserIdentity.ts';

/** Browsers in front of a chat, and what they were promised: what is played in and compared, however many servers it has. */
export interface TestedWorld {
	readonly ledger: Ledger;
	readonly clients: readonly FaultClient[];
	/** Its private room, where it has one. */
	readonly club: Club | undefined;
	/** A connection that sends by hand; with the identity of a browser, one more of it. */
	author(identity?: KnownIdentity): RawAuthor;
	/** Tells the faults inside all servers what to do. */
	command(command: FaultCommand): Promise<void>;
	/** Ends all faults; resolves when every server runs without any. */
	heal(): Promise<void>;
	/** What each server said, by its name. */
	outputs(): { name: string; output: string }[];
	/** Ends everything and leaves nothing behind. */
	close(): Promise<void>;
	/** Reads what the database holds, past the servers. */
	read<Result>(read: (stored: Stored) => Promise<Result> | Result): Promise<Result>;
}
