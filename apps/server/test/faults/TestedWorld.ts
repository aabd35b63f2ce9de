import type { Club } from './Club.ts';
import type { FaultClient } from './FaultClient.ts';
import type { FaultCommand } from '@digda/testkit/faults/commands.ts';
import type { Ledger } from './Ledger.ts';
import type { RawAuthor } from './RawAuthor.ts';
import type { Stored } from './read-log.ts';
import type { KnownIdentity } from './BrowserIdentity.ts';

/** Browsers in front of a chat with any number of servers, and the promises to them. */
export interface TestedWorld {
	readonly ledger: Ledger;
	readonly clients: readonly FaultClient[];
	/** The private room, if there is one. */
	readonly club: Club | undefined;
	/** Makes a connection that sends without an outbox, as a new guest or as a browser. */
	author(identity?: KnownIdentity): RawAuthor;
	/** Sends a command to the faults inside all servers. */
	command(command: FaultCommand): Promise<void>;
	/** Ends all faults. Resolves when every server runs without any. */
	heal(): Promise<void>;
	/** The output of each server, by name. */
	outputs(): { name: string; output: string }[];
	/** Ends everything and removes all files. */
	close(): Promise<void>;
	/** Reads the database without the servers. */
	read<Result>(read: (stored: Stored) => Promise<Result> | Result): Promise<Result>;
}
