import type { FaultClient } from './FaultClient.ts';
import type { Ledger } from './Ledger.ts';
import type { Log } from './read-log.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** Where a text stands among those of its line, which keeps its order. */
interface Place {
	line: string;
	position: number;
}

/**
 * One sender's messages keep their order, whichever page sends them: those of one tab the order in which they were
 * typed. All tabs of a browser have one storage, and whoever sends for them has the lock: there, what they typed keeps
 * the order in which the storage took it. Without locks two tabs send side by side, and nothing is promised between
 * them.
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

/** The beginning of a text, which tells it from all others. */
export function label(text: string): string {
	return JSON.stringify(text.slice(0, 40));
}
