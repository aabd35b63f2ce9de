import type { Departure } from './store.ts';

/** A departure as the tables of all stores have it. */
export type NumberedDeparture = Departure & { number: number };

export function toDeparture({ kind, room, userId }: NumberedDeparture): Departure {
	// Which of them are null goes with the kind, as it was noted.
	return { kind, room, userId } as Departure;
}
