import type { FaultClient } from './FaultClient.ts';
import type { Ledger } from './Ledger.ts';
import type { Log } from './read-log.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** The position of a text in its ordered sequence. */
interface Place {
	line: string;
	position: number;
}

/**
 * Checks that messages keep their order, whichever page sends them. Messages of one tab have the order of typing. All tabs
 * of a browser share a storage, and the sending tab holds a lock: their messages have the order of the storage. Without
 * locks two tabs send side by side, and no order is promised between them.
 */
export function checkOrder({ ledger, clients }: TestedWorld, log: Log): string[] {
	return [...misplaced(byTab(ledger), ledger, log), ...misplaced(byBrowser(clients), ledger, log)];
}

function byTab({ typed }: Ledger): Map<string, Place> {
	return new Map(typed.map(({ page, text }, position) => [text, { line: page, position }]));
}

function byBrowser(clients: readonly FaultClient[]): Map<string, Place> {
	const withLocks = clients.filter(({ locks }) => locks !== undefined);
	return new Map(
		withLocks.flatMap(({ name, storage }) =>
			storage.taken.map((text, position) => [text, { line: name, position }] as const)
		)
	);
}

function misplaced(places: Map<string, Place>, { adopted, givenUp }: Ledger, log: Log): string[] {
	const complaints: string[] = [];
	for (const [room, entries] of log) {
		const lasts = new Map<string, { position: number; text: string }>();
		for (const entry of entries) {
			if (entry.kind !== 'message') continue;
			const { author, text } = entry;
			const place = places.get(text);
			if (!place || adopted.has(text) || givenUp.has(text)) continue;
			const { line, position } = place;
			const key = `${author.id} ${line}`;
			const last = lasts.get(key);
			if (last && last.position > position) {
				complaints.push(`${room}: ${label(text)} of ${line} stands after ${label(last.text)}`);
			}
			lasts.set(key, { position, text });
		}
	}
	return complaints;
}

/** The beginning of a text, which identifies it. */
export function label(text: string): string {
	return JSON.stringify(text.slice(0, 40));
}
